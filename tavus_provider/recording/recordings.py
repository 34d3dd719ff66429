"""
The recordings in a bucket: listed, linked to, and downloaded.

Sources: Tavus docs, "Conversation Recordings", for the keys; Amazon S3 User Guide, "Download and upload objects with presigned
URLs"; Amazon S3 API reference, GetObject, and Object for what an ETag is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..api.errors import StorageError
from . import aws
from .errors import map_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

_CHUNK = 1024 * 1024
_AT_ONCE = 8


@dataclass(frozen=True)
class Recording:
    """
    One recording.

    conversation_id: "" where the key has none. size: in bytes. duration: in seconds, None where the object's metadata do not
    say it.
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
    def of(cls, settings: aws.AwsSettings, bucket: str) -> Recordings:
        """Find the bucket, wherever it is."""
        anywhere = aws.s3(settings, aws.configured_region(settings) or "us-east-1")
        with map_errors(f"find bucket {bucket!r}"):
            region = anywhere.head_bucket(Bucket=bucket).get("BucketRegion")
        return cls(aws.s3(settings, region) if region else anywhere, bucket)

    def all(self) -> list[Recording]:
        """Return all recordings, those of a conversation together, oldest first."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(self._recording, self._listed()))
        first = {each.conversation_id: each.last_modified for each in sorted(found, key=_age, reverse=True)}
        return sorted(found, key=lambda each: (first[each.conversation_id], each.conversation_id, each.last_modified))

    def link(self, key: str, seconds: int) -> str:
        """Return an address that anybody can get the recording from for so many seconds."""
        self._described(key)
        with map_errors(f"link to {key!r}"):
            return self.client.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key}, ExpiresIn=seconds)

    def download(self, key: str, to: Path, progress: Callable[[int, int], None]) -> None:
        """
        Write the recording to the file `to`, which appears when it is complete.

        What was there of an earlier try is gone on with, unless the recording has changed. progress: is told how many bytes are
        there, and of how many. Raises StorageError, also where what came is not what the bucket holds.
        """
        described = self._described(key)
        size, etag = described["ContentLength"], described["ETag"].strip('"')
        part = to.with_name(f"{to.name}.{etag}.part")
        have = part.stat().st_size if part.exists() else 0
        progress(have, size)
        if have < size:
            self._fetch(key, described["ETag"], part, have, lambda now: progress(now, size))
        elif not size:
            part.touch()
        _require_same(part, described, f"{key!r} of bucket {self.bucket!r}")
        part.replace(to)

    def _fetch(self, key: str, etag: str, part: Path, have: int, progress: Callable[[int], None]) -> None:
        with map_errors(f"download {key!r} of bucket {self.bucket!r}"), part.open("ab") as file:
            body = self.client.get_object(Bucket=self.bucket, Key=key, IfMatch=etag, Range=f"bytes={have}-")["Body"]
            for chunk in body.iter_chunks(_CHUNK):
                file.write(chunk)
                progress(file.tell())

    def _listed(self) -> Iterator[Any]:
        with map_errors(f"list the recordings in bucket {self.bucket!r}"):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
                yield from page.get("Contents", [])

    def _recording(self, listed: Any) -> Recording:
        key = listed["Key"]
        return Recording(
            key=key,
            conversation_id=key.rpartition("/")[0].rpartition("/")[2],
            last_modified=listed["LastModified"],
            size=listed["Size"],
            duration=_duration(self._described(key)["Metadata"]),
        )

    def _described(self, key: str) -> HeadObjectOutputTypeDef:
        with map_errors(f"find {key!r} in bucket {self.bucket!r}"):
            return self.client.head_object(Bucket=self.bucket, Key=key)


def _age(recording: Recording) -> datetime:
    return recording.last_modified


def _duration(metadata: dict[str, str]) -> float | None:
    try:
        return float(metadata["duration"])
    except (KeyError, ValueError):
        return None


def _require_same(part: Path, described: HeadObjectOutputTypeDef, what: str) -> None:
    """Compare size and, where the ETag is one, checksum; what differs is thrown away, so that the next try begins anew."""
    etag, encryption = described["ETag"].strip('"'), described.get("ServerSideEncryption", "AES256")
    wrong = part.stat().st_size != described["ContentLength"]
    if not wrong and "-" not in etag and encryption == "AES256":
        with part.open("rb") as file:
            wrong = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() != etag
    if wrong:
        part.unlink()
        raise StorageError(f"could not download {what}: what came is not what the bucket holds; try again, which begins anew")
