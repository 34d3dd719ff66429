"""The recordings in a bucket: listed, linked to, and downloaded.

Sources: Tavus docs, "Conversation Recordings", for the keys; Amazon S3 User Guide, "Download and upload objects with presigned
URLs"; Amazon S3 API reference, GetObject, and Object for what an ETag is.
"""

from __future__ import annotations

import hashlib
import operator
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ...api.errors import StorageError
from ...aws_settings import AwsSettings
from ..aws import clients
from ..aws.errors import map_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

_CHUNK = 1024 * 1024  # bytes between two reports of progress
_AT_ONCE = 8  # connections of one client; botocore keeps ten


@dataclass(frozen=True)
class Recording:
    """One recording.

    conversation_id: "" if the key has none. size: in bytes. duration: in seconds, None if the object's metadata lack it.
    """

    key: str
    conversation_id: str
    last_modified: datetime
    size: int
    duration: float | None


@dataclass(frozen=True)
class Recordings:
    """The recordings in one bucket. Methods raise StorageError with what AWS refused."""

    client: S3Client
    bucket: str

    @classmethod
    def find(cls, settings: AwsSettings, bucket: str) -> Recordings:
        """Find the bucket, in whatever region it is."""
        anywhere = clients.s3(settings, clients.configured_region(settings) or "us-east-1")
        with map_errors(f"find bucket {bucket!r}"):
            region = anywhere.head_bucket(Bucket=bucket).get("BucketRegion")
        return cls(clients.s3(settings, region) if region else anywhere, bucket)

    def list_all(self, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Recording]:
        """Return all recordings, those of a conversation together, oldest first.

        progress: called with the number of recordings that were read, and of all.
        """
        listed, found = list(self._list_objects()), []
        # The duration is in the metadata of each object, which a listing does not contain.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for recording in pool.map(self._to_recording, listed):
                found.append(recording)
                progress(len(found), len(listed))
        # The last assignment wins: the time of the oldest recording of each conversation.
        first_modified = {
            each.conversation_id: each.last_modified
            for each in sorted(found, key=operator.attrgetter("last_modified"), reverse=True)
        }
        return sorted(found, key=lambda each: (first_modified[each.conversation_id], each.conversation_id, each.last_modified))

    def link(self, key: str, seconds: int) -> str:
        """Return a URL that lets anybody download the recording for so many seconds."""
        self._head(key)  # a link to a missing recording would fail only when it is opened
        with map_errors(f"link to {key!r}"):
            return self.client.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds)

    def download(self, key: str, to: Path, progress: Callable[[int, int], None]) -> None:
        """Write the recording to the file `to`, which appears when it is complete.

        An interrupted download is continued, unless the recording has changed. progress: called with the bytes downloaded so far
        and the size. Raises StorageError, also if the downloaded bytes differ from the object.
        """
        head = self._head(key)
        size, etag = head["ContentLength"], head["ETag"].strip('"')
        # The ETag in the name keeps the parts of different versions apart.
        part = to.with_name(f"{to.name}.{etag}.part")
        have = part.stat().st_size if part.exists() else 0
        progress(have, size)
        if have < size:
            self._fetch(key, head["ETag"], part, have, lambda now: progress(now, size))
        elif not size:
            _append(part).close()  # S3 refuses a range of an empty object
        _require_same(part, head, f"{key!r} of bucket {self.bucket!r}")
        part.replace(to)

    def _fetch(self, key: str, etag: str, part: Path, have: int, progress: Callable[[int], None]) -> None:
        with map_errors(f"download {key!r} of bucket {self.bucket!r}"), _append(part) as file:
            # IfMatch: S3 refuses the rest of a recording that was overwritten meanwhile.
            body = self.client.get_object(Bucket=self.bucket, Key=key, IfMatch=etag, Range=f"bytes={have}-")["Body"]
            for chunk in body.iter_chunks(_CHUNK):
                file.write(chunk)
                progress(file.tell())

    def _list_objects(self) -> Iterator[Any]:
        with map_errors(f"list the recordings in bucket {self.bucket!r}"):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                yield from page.get("Contents", [])

    def _to_recording(self, listed: Any) -> Recording:
        key = listed["Key"]
        return Recording(
            key=key,
            # Keys end in the conversation's id and a time.
            conversation_id=key.rpartition("/")[0].rpartition("/")[2],
            last_modified=listed["LastModified"],
            size=listed["Size"],
            duration=_duration(self._head(key)["Metadata"]),
        )

    def _head(self, key: str) -> HeadObjectOutputTypeDef:
        with map_errors(f"find {key!r} in bucket {self.bucket!r}"):
            return self.client.head_object(Bucket=self.bucket, Key=key)


def _append(part: Path) -> BinaryIO:
    """Open a file to append to it; only its owner may read it, as a recording shows people."""
    descriptor = os.open(part, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.fchmod(descriptor, 0o600)  # an earlier version may have begun the download
    return os.fdopen(descriptor, "ab")


def _duration(metadata: dict[str, str]) -> float | None:
    try:
        return float(metadata["duration"])
    except (KeyError, ValueError):
        return None


def _require_same(part: Path, head: HeadObjectOutputTypeDef, what: str) -> None:
    """Compare size and checksum; delete a file that differs, so that the next download starts over."""
    etag, encryption = head["ETag"].strip('"'), head.get("ServerSideEncryption", "AES256")
    wrong = part.stat().st_size != head["ContentLength"]
    # Of a multipart upload or an object encrypted with KMS, the ETag is no MD5 digest.
    if not wrong and "-" not in etag and encryption == "AES256":
        with part.open("rb") as file:
            wrong = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() != etag
    if wrong:
        part.unlink()
        raise StorageError(
            f"could not download {what}: the file differs from the object in the bucket; try again, which downloads all of it"
        )
