"""
Buckets that were there before: found, looked over, and never taken for ours.

Only a bucket of the caller's own account is used or managed. Names of buckets are shared by all accounts, so that a misspelt one
may well exist, and whoever owns it would get the recordings. Source: Amazon S3 User Guide, "Verifying bucket ownership".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..api.errors import InputError, StorageError
from ..api.notices import notify
from . import policies
from .bucket_settings import BUCKET_SETTINGS, Bucket
from .errors import Denied, Missing, map_errors
from .managed import Setting, side_by_side


def region_of(bucket: Bucket) -> str:
    """Return the region that a bucket lies in. Raises InputError where there is none, Denied where it is not the account's."""
    try:
        with map_errors(f"find {bucket}"):
            answer = bucket.client.head_bucket(**bucket.where)
    except Missing:
        raise InputError(
            f"could not find {bucket}: nobody has a bucket of that name; check bucket_name, or remove existing_bucket to make it"
        ) from None
    except Denied as error:
        raise Denied(
            f"{error}; or it belongs to another account than {bucket.where.get('ExpectedBucketOwner')}: such a bucket can only "
            "be given to a conversation, in recording_storage"
        ) from None
    return answer.get("BucketRegion") or bucket.client.meta.region_name


def looked_over(bucket: Bucket) -> dict[str, Any]:
    """Return the settings that AWS reports, without those that the caller may not see; it has to see the versioning."""

    def seen(setting: Setting[Bucket]) -> Any:
        try:
            return setting.reported(bucket)
        except Denied:
            if setting.name == "versioning":
                raise
            return None

    found = side_by_side(BUCKET_SETTINGS, seen)
    return {name: value for name, value in found.items() if value is not None}


def require_fit(bucket: object, found: Mapping[str, Any], kms_key_arn: str) -> None:
    """Raise StorageError unless Tavus can record to a bucket as it is: its versioning is on, and its key is the role's."""
    if found["versioning"] != policies.VERSIONING:
        raise StorageError(f"could not use {bucket}: {_unversioned(found)}; switch it on, or write existing_bucket='manage'")
    key = found.get("encryption", {}).get("KMSMasterKeyID", "")
    if "encryption" in found and not _same_key(key, kms_key_arn):
        fix = f"write kms_key_arn='{key}', so that the role may use it" if key else "remove kms_key_arn"
        raise StorageError(f"could not use {bucket}: its kms_key_arn is {key!r}, not {kms_key_arn!r}; {fix}")


def tell_unfit(bucket: Bucket, found: Mapping[str, Any]) -> None:
    """Tell the user of a refresh that Tavus can no longer record to the bucket."""
    if found["versioning"] != policies.VERSIONING:
        notify(f"{bucket} cannot be recorded to: {_unversioned(found)}; switch it on again, or write existing_bucket='manage'")


def tell_changes(bucket: object, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Tell the user what somebody had set otherwise, before it is changed."""
    for each in BUCKET_SETTINGS:
        there = found.get(each.name, each.unset)
        if there not in (wanted[each.name], each.unset):
            notify(f"{bucket} is taken over: {each.name} changes, and was {json.dumps(there)}")


def _unversioned(found: Mapping[str, Any]) -> str:
    return f"its versioning is {found['versioning'] or 'off'}, and Tavus requires Enabled"


def _same_key(found: str, given: str) -> bool:
    """Compare what S3 reports, which may be an id or an alias, with an ARN."""
    if not found or not given:
        return found == given
    return ":alias/" in found or found.startswith("alias/") or found.rpartition("/")[2] == given.rpartition("/")[2]
