"""Buckets that existed before: found, checked, used as they are or adopted.

Only a bucket of the caller's own account is used or managed. Bucket names are shared by all accounts, so a misspelled one may
exist, and its owner would get the recordings. Source: Amazon S3 User Guide, "Verifying bucket ownership".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...api.errors import InputError, StorageError
from ...api.notices import notify
from ...lifecycle.base import Props
from ...schema.fields import Table
from ...schema.unknowns import is_known
from ...schema.validation import Failure
from ..aws.errors import Denied, Missing, map_errors
from ..managed.handle import Setting
from .bucket_documents import VERSIONING
from .bucket_handle import Bucket


@dataclass(frozen=True)
class AdoptedBucket(Bucket):
    """A bucket that existed before and is managed like ours, but for its deletion, which requires `force_destroy`."""

    def destroy(self, olds: Mapping[str, Any], urn: str) -> None:
        """Delete the bucket with its contents if `force_destroy` is set; otherwise leave it."""
        if olds.get("force_destroy"):
            super().destroy(olds, urn)
        else:
            notify(f"{self} stays as it is")


@dataclass(frozen=True)
class UsedBucket(Bucket):
    """A bucket that somebody else manages: nothing in it is ever changed, and it is never deleted."""

    def adopt(self, desired: dict[str, Any]) -> dict[str, Any]:
        """Require that Tavus can record to the bucket; return its settings."""
        return self.apply(desired, {})

    def actual(self) -> dict[str, Any]:
        """Return the settings that AWS reports; warn if Tavus can no longer record to the bucket."""
        actual = self._read_visible()
        if actual["versioning"] != VERSIONING:
            notify(f"Tavus cannot record to {self}: {_explain_versioning(actual)}; enable it, or write existing_bucket='manage'")
        return actual

    def apply(self, desired: dict[str, Any], before: Mapping[str, Any], *on: type[Exception]) -> dict[str, Any]:
        """Write nothing; require that Tavus can record to the bucket, and return its settings."""
        actual = self._read_visible()
        require_usable(self, actual, desired["encryption"].get("KMSMasterKeyID", ""))
        return actual

    def find_drift(self, desired: Mapping[str, Any], olds: Mapping[str, Any]) -> list[str]:
        """Report the versioning only: the other settings are its owner's business."""
        return [name for name in super().find_drift(desired, olds) if name == "versioning"]

    def destroy(self, olds: Mapping[str, Any], urn: str) -> None:
        """Leave the bucket."""
        notify(f"{self} stays as it is")

    def _read_visible(self) -> dict[str, Any]:
        """Return the settings that the caller may read, of which the versioning has to be one."""

        def read(setting: Setting[Bucket]) -> Any:
            try:
                return setting.actual(self)
            except Denied:
                if setting.name == "versioning":
                    raise
                return None

        return {name: value for name, value in self.read_together(read).items() if value is not None}


def choose_handle(existing_bucket: str | None, adopted: bool) -> type[Bucket]:
    """Return the class that treats a bucket as declared; `adopted`: it existed before."""
    if existing_bucket == "use":
        return UsedBucket
    return AdoptedBucket if adopted else Bucket


def find_region(bucket: Bucket) -> str:
    """Return a bucket's actual region. Raises InputError if it does not exist, Denied if it is not this account's."""
    try:
        with map_errors(f"find {bucket}"):
            answer = bucket.client.head_bucket(**bucket.where)
    except Missing:
        raise InputError(
            f"could not find {bucket}: no AWS account has a bucket of that name; check bucket_name, or remove existing_bucket to "
            "create it"
        ) from None
    except Denied as error:
        raise Denied(
            f"{error}; or the bucket does not belong to account {bucket.account_id}: such a bucket can only be given to a "
            "conversation, in recording_storage"
        ) from None
    return answer.get("BucketRegion") or bucket.client.meta.region_name


def require_usable(bucket: object, actual: Mapping[str, Any], kms_key_arn: str) -> None:
    """Raise StorageError unless Tavus can record to a bucket as it is: it is versioned, and its key is the role's."""
    if actual["versioning"] != VERSIONING:
        raise StorageError(f"could not use {bucket}: {_explain_versioning(actual)}; enable it, or write existing_bucket='manage'")
    key = actual.get("encryption", {}).get("KMSMasterKeyID", "")
    if "encryption" in actual and not _is_same_key(key, kms_key_arn):
        fix = f"write kms_key_arn='{key}', so that the role may use it" if key else "remove kms_key_arn"
        raise StorageError(f"could not use {bucket}: its kms_key_arn is {key!r}, not {kms_key_arn!r}; {fix}")


def find_failures(rows: Table, given: Props) -> Iterator[Failure]:
    """Yield the inputs that contradict `existing_bucket`."""
    if "existing_bucket" in given and "bucket_name" not in given:
        yield Failure("bucket_name", "is required with existing_bucket: name the bucket")
    for row in rows if given.get("existing_bucket") == "use" else ():
        changes_it = not row.field.replaces and row.name not in ("existing_bucket", "kms_key_arn")
        if changes_it and row.effective_value(given) != row.field.default:
            yield Failure(
                row.name,
                "cannot be given with existing_bucket='use', which changes nothing in the bucket: remove it, or write "
                "existing_bucket='manage'",
            )


def find_replaces(id_: str, olds: Props, news: Props, replaces: tuple[str, ...]) -> tuple[str, ...]:
    """Return the inputs that need another bucket, beside those in `replaces`.

    Raises InputError if that would need the name of a bucket that existed before.
    """
    if olds.get("adopted") and olds.get("existing_bucket") == "use" and "existing_bucket" not in news:
        replaces = (*replaces, "existing_bucket")
    existed = olds.get("adopted") or "existing_bucket" in news
    if existed and replaces and news.get("bucket_name") == id_ and is_known(news):
        raise InputError(
            f"bucket {id_!r} existed before, and no other bucket can replace it under its name: undo the change of "
            f"{' and '.join(replaces)}, or give another bucket_name"
        )
    return replaces


def _explain_versioning(actual: Mapping[str, Any]) -> str:
    return f"its versioning is {actual['versioning'] or 'off'}, and Tavus requires Enabled"


def _is_same_key(found: str, given: str) -> bool:
    """Compare what S3 reports, which may be an id or an alias, with an ARN."""
    if not found or not given:
        return found == given
    return ":alias/" in found or found.startswith("alias/") or found.rpartition("/")[2] == given.rpartition("/")[2]
