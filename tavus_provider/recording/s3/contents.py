"""The contents of a bucket: counted if they keep it from being deleted, deleted if `force_destroy` allows it.

A versioned bucket is empty only without old versions, delete markers and parts of unfinished uploads.
Source: Amazon S3 User Guide, "Emptying a bucket".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...api.errors import StorageError
from ...api.notices import notify_progress
from ..aws.errors import map_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef

    from .bucket_handle import Bucket

_COUNTED_PAGES = 20
"""Pages of 1000 that are counted: counting a large bucket would take minutes."""

_NOTICE_PAGES = 10
"""Pages of 1000 between two progress messages."""


@dataclass(frozen=True)
class Contents:
    """How much a bucket holds, size in bytes; `more` if only the beginning was counted."""

    objects: int
    versions: int
    size: int
    more: bool

    def __str__(self) -> str:
        objects = "1 object" if self.objects == 1 else f"{self.objects} objects"
        amount = f"{objects} ({format_size(self.size)}; versions and delete markers: {self.versions})"
        return f"more than {amount}" if self.more else amount


def count_contents(bucket: Bucket) -> Contents:
    """Count the contents of the bucket."""
    with map_errors(f"count the contents of {bucket}"):
        pages = list(itertools.islice(_pages(bucket), _COUNTED_PAGES))
    versions = [each for page in pages for each in page.get("Versions", [])]
    markers = [each for page in pages for each in page.get("DeleteMarkers", [])]
    return Contents(
        objects=sum(each["IsLatest"] for each in versions),
        versions=len(versions) + len(markers),
        size=sum(each["Size"] for each in versions),
        more=bool(pages) and pages[-1]["IsTruncated"],
    )


def delete_contents(bucket: Bucket) -> None:
    """Delete all versions, delete markers and unfinished uploads, 1000 at a time; tell the user about the progress.

    Raises StorageError that names what could not be deleted; the next call continues with what is left.
    """
    with map_errors(f"empty {bucket}"):
        done = 0
        # S3 continues a listing after the last key of the page, so deleting that page skips nothing.
        for number, page in enumerate(_pages(bucket)):
            done += _delete(bucket, page)
            if page["IsTruncated"] and number % _NOTICE_PAGES == 0:
                notify_progress(f"emptying {bucket}: {done} versions and delete markers deleted so far")
        # Versions do not include the parts of unfinished uploads, which are billed as well.
        for part in bucket.client.get_paginator("list_multipart_uploads").paginate(**bucket.where):
            for upload in part.get("Uploads", []):
                bucket.client.abort_multipart_upload(**bucket.where, Key=upload["Key"], UploadId=upload["UploadId"])


def _pages(bucket: Bucket) -> Iterator[ListObjectVersionsOutputTypeDef]:
    return iter(bucket.client.get_paginator("list_object_versions").paginate(**bucket.where))


def _delete(bucket: Bucket, page: ListObjectVersionsOutputTypeDef) -> int:
    """Delete what a page lists; return the number of versions and delete markers."""
    listed = (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    if not listed:
        return 0
    keys = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed]
    # Quiet: the answer lists errors only.
    answer = bucket.client.delete_objects(**bucket.where, Delete={"Objects": keys, "Quiet": True})  # type: ignore[typeddict-item]
    errors = answer.get("Errors", [])
    if errors:
        first = errors[0]
        answered = f"{first.get('Code')} {first.get('Message', '')!r} for {first.get('Key')!r} and {len(errors) - 1} more"
        raise StorageError(
            f"could not empty {bucket}: AWS answered {answered}; the caller needs s3:DeleteObject and s3:DeleteObjectVersion, "
            "and no object may be locked"
        )
    return len(keys)


def format_size(size: float) -> str:
    """Return a number of bytes in readable form, such as "35 bytes" or "1.2 GB"."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"
