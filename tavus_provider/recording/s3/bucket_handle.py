"""Handles of buckets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NotRequired, TypedDict

from ...api.errors import StorageError
from ...api.notices import notify
from ..aws import clients
from ..aws.errors import Denied, Missing, NotEmpty, Taken, map_errors
from ..managed.handle import Handle, Setting, Spec
from .bucket_settings import BUCKET_SETTINGS
from .contents import count_contents, delete_contents

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Where(TypedDict):
    """The bucket that a call is about, and the account that must own it, so that no call touches somebody else's bucket."""

    Bucket: str
    ExpectedBucketOwner: NotRequired[str]


@dataclass(frozen=True)
class Bucket(Handle):
    """A bucket that this resource creates and deletes."""

    kind: ClassVar[str] = "bucket"
    table: ClassVar[tuple[Setting[Any], ...]] = BUCKET_SETTINGS

    @property
    def client(self) -> S3Client:
        """The client for the bucket's region."""
        return clients.s3(self.config, self.region)

    @property
    def where(self) -> Where:
        """The arguments that every call has."""
        return {"Bucket": self.name, "ExpectedBucketOwner": self.account_id} if self.account_id else {"Bucket": self.name}

    def exists(self) -> bool:
        """Tell whether this account has the bucket."""
        try:
            with map_errors(f"create {self}"):
                self.client.head_bucket(Bucket=self.name)
        except (Missing, Denied):
            return False  # nobody's, or somebody else's, which CreateBucket will say
        return True

    def create(self, spec: Spec, may_exist: bool) -> str:
        """Create the bucket; an earlier attempt of ours may have created it."""
        # S3 refuses us-east-1 as a location constraint.
        place: Any = {} if self.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        try:
            with map_errors(f"create {self}"):
                self.client.create_bucket(Bucket=self.name, **place)
        except Taken as error:
            if not (error.ours or (may_exist and self.exists())):
                raise
        return self.name

    def initial(self, desired: Mapping[str, Any]) -> dict[str, Any]:
        """Return every setting as unset: what AWS gives new buckets has changed over the years."""
        return {each.name: each.unset for each in self.table}

    def actual(self) -> dict[str, Any]:
        """Return the value of each setting that AWS reports."""
        return self.read_together(lambda each: each.actual(self))

    def read_together(self, read: Callable[[Setting[Any]], Any]) -> dict[str, Any]:
        """Return what `read` returns for each setting, all read at once; raises the first error in their order."""
        # S3 serves concurrent reads, but refuses concurrent changes of one bucket.
        with ThreadPoolExecutor(len(self.table)) as pool:
            return dict(zip((each.name for each in self.table), pool.map(read, self.table), strict=True))

    def adopt(self, desired: dict[str, Any]) -> dict[str, Any]:
        """Write the settings that differ in an existing bucket, after telling the user what they were; return the settings."""
        before = self.actual()
        self.announce_changes(desired, before)
        return self.apply(desired, before)

    def announce_changes(self, desired: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Tell the user which settings of somebody are about to change."""
        for each in self.table:
            value = before.get(each.name, each.unset)
            if value not in (desired[each.name], each.unset):
                notify(f"{self} is adopted: {each.name} changes, and was {json.dumps(value)}")

    def delete(self) -> None:
        """Delete the bucket if it is empty."""

        def attempt() -> None:
            with map_errors(f"delete {self}"):
                self.client.delete_bucket(**self.where)

        self.retry(attempt)

    def destroy(self, olds: Mapping[str, Any], urn: str) -> None:
        """Delete the bucket, and its contents only if `force_destroy` is set."""
        try:
            if olds.get("force_destroy"):
                # A recording may arrive while others are being deleted.
                self.retry(self._delete_with_contents, NotEmpty)
            else:
                self.delete()
        except NotEmpty:
            raise StorageError(
                f"could not delete {self}: it contains {count_contents(self)}; to delete these with it, set force_destroy=True, "
                "run `pulumi up --target URN` and destroy again; to keep it, run `pulumi state delete URN`, or set "
                f"retain_on_delete; URN is '{urn}'"
            ) from None

    def _delete_with_contents(self) -> None:
        delete_contents(self)
        self.delete()
