"""
What a bucket holds: counted before it is refused to be deleted, removed where `force_destroy` allows it.

A versioned bucket is empty only without old versions, delete markers and parts of unfinished uploads.
Source: Amazon S3 User Guide, "Emptying a bucket".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..api.errors import StorageError
from ..api.notices import notify
from .bucket_settings import Bucket
from .errors import map_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

_COUNTED_PAGES = 20
"""Pages of 1000 that are counted; beyond, the exact number helps nobody."""

_TOLD_PAGES = 10
"""Pages of 1000 between two lines that tell how far it is."""


@dataclass(frozen=True)
class Contents:
    """How much a bucket holds; `more` if only the beginning was counted."""

    objects: int
    versions: int
    size: int
    more: bool

    def __str__(self) -> str:
        objects = "1 object" if self.objects == 1 else f"{self.objects} objects"
        amount = f"{objects} ({readable(self.size)}; versions and delete markers: {self.versions})"
        return f"more than {amount}" if self.more else amount


def counted(bucket: Bucket) -> Contents:
    """Count what the bucket holds."""
    with map_errors(f"count what {bucket} holds"):
        pages = list(itertools.islice(_pages(bucket), _COUNTED_PAGES))
    versions = [each for page in pages for each in page.get("Versions", [])]
    markers = [each for page in pages for each in page.get("DeleteMarkers", [])]
    return Contents(
        objects=sum(each["IsLatest"] for each in versions),
        versions=len(versions) + len(markers),
        size=sum(each["Size"] for each in versions),
        more=bool(pages) and pages[-1]["IsTruncated"],
    )


def emptied(bucket: Bucket) -> None:
    """
    Delete all versions, markers and unfinished uploads, 1000 at a time; cut off, it goes on with what is left.

    Where there are more than that, the user is told how far it is.

    Raises StorageError that names what could not be deleted.
    """
    with map_errors(f"empty {bucket}"):
        done = 0
        for number, page in enumerate(_pages(bucket)):
            done += _delete(bucket, page)
            if page["IsTruncated"] and number % _TOLD_PAGES == 0:
                notify(f"emptying {bucket}: {done} versions and delete markers are gone so far")
        for part in bucket.client.get_paginator("list_multipart_uploads").paginate(**bucket.where):
            for upload in part.get("Uploads", []):
                bucket.client.abort_multipart_upload(**bucket.where, Key=upload["Key"], UploadId=upload["UploadId"])


def _pages(bucket: Bucket) -> Iterator[ListObjectVersionsOutputTypeDef]:
    return iter(bucket.client.get_paginator("list_object_versions").paginate(**bucket.where))


def _delete(bucket: Bucket, page: ListObjectVersionsOutputTypeDef) -> int:
    """Delete what is on a page, and return how much that was."""
    listed = (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    if not listed:
        return 0
    keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]
    answer = bucket.client.delete_objects(**bucket.where, Delete={"Objects": keys, "Quiet": True})  # type: ignore[typeddict-item]
    errors = answer.get("Errors", [])
    if errors:
        first = errors[0]
        said = f"{first.get('Code')} {first.get('Message', '')!r} for {first.get('Key')!r} and {len(errors) - 1} more"
        raise StorageError(
            f"could not empty {bucket}: AWS answered {said}; the caller needs s3:DeleteObject and s3:DeleteObjectVersion, and no "
            "object may be locked"
        )
    return len(keys)


def readable(size: float) -> str:
    """Return a number of bytes as people read it, as in "35 bytes" or "1.2 GB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"
