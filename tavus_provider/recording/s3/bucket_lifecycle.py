"""The lifecycle of buckets for recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...api.errors import InputError
from ...journal.creation import Creation
from ...lifecycle.base import Diff, Props
from ...schema.formats import validate_s3_bucket_name
from ...schema.unknowns import UNKNOWN, is_known
from ...schema.validation import Failure
from ..aws import arns, clients, formats
from ..managed.creation import ManagedCreation
from ..managed.handle import Spec
from ..managed.lifecycle import ManagedLifecycle
from . import existing_bucket
from .bucket_args import RecordingBucketArgs, RecordingBucketState
from .bucket_handle import Bucket


class RecordingBucketLifecycle(ManagedLifecycle[Bucket]):
    """The lifecycle of buckets, those that existed before included."""

    args = RecordingBucketArgs
    state = RecordingBucketState
    name = "RecordingBucket"
    kind = "bucket"
    name_input = "bucket_name"
    id_output = "bucket_name"
    name_remedy = (
        "choose another bucket_name, or write existing_bucket='use' to use that bucket as it is, existing_bucket='manage' to "
        "manage it"
    )

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        log_bucket, key, region = given.get("log_bucket"), given.get("kms_key_arn"), given.get("region")
        if log_bucket not in (None, UNKNOWN) and log_bucket == given.get("bucket_name"):
            yield Failure("log_bucket", "must be another bucket: each log entry would cause the next one")
        is_arn = isinstance(key, str) and formats.validate_key_arn(key) is None
        if is_arn and isinstance(region, str) and arns.key_region(str(key)) != region:
            yield Failure("kms_key_arn", f"must be a key in {region}, the bucket's region, not {key!r}")
        yield from existing_bucket.find_failures(self.inputs, given)

    def create(self, news: Props) -> tuple[str, Props]:
        """Create the bucket, or adopt the one that exists if `existing_bucket` says so."""
        return self._adopt(news) if "existing_bucket" in news else super().create(news)

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; raises InputError for a change that would replace a bucket that existed before under its name."""
        found = super().diff(id_, olds, news)
        replaces = existing_bucket.find_replaces(id_, olds, news, found.replaces)
        if (olds.get("existing_bucket"), news.get("existing_bucket")) == ("use", "manage"):
            self._announce_changes(id_, olds, news)
        return Diff(found.changes, replaces, found.delete_before_replace)

    def locate(self, news: Props) -> Props:
        """Return account and region."""
        region = news.get("region") or clients.default_region(self.settings.aws)
        return {"region": region, "account_id": clients.account_id(self.settings.aws, region)}

    def identify(self, name: str, location: Props) -> Props:
        """Return name, region, ARN and account, and that it did not exist before."""
        arn = arns.bucket_arn(arns.partition(location["region"]), name)
        return {"bucket_name": name, "bucket_arn": arn, **location, "adopted": False}

    def identify_recorded(self, id_: str, olds: Props) -> Props:
        """Return name, region, ARN and account, and whether it existed before."""
        location = {"region": olds["region"], "account_id": str(olds.get("account_id", ""))}
        return {**self.identify(id_, location), "adopted": olds.get("adopted", False)}

    def handle(self, spec: Spec) -> Bucket:
        """Return the handle that treats the bucket as declared."""
        handle = existing_bucket.choose_handle(spec.get("existing_bucket"), spec["adopted"])
        return handle(self.settings.aws, self.settings.retry_timeout, spec["bucket_name"], spec["region"], spec["account_id"])

    @staticmethod
    def sanitize_name(name: str) -> str:
        """Return a resource's name as the beginning of a bucket's. Source: see `bucket_name`."""
        clean = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:55].rstrip("-")
        return clean if clean and validate_s3_bucket_name(f"{clean}-0000000") is None else "recordings"

    def with_default_tags(self, news: Props) -> Props:
        """Return the inputs with the stack's default tags, which a bucket that is only used does not get."""
        return news if news.get("existing_bucket") == "use" else super().with_default_tags(news)

    def _adopt(self, news: Props) -> tuple[str, Props]:
        """Find the bucket, and write the settings that differ if it is managed.

        Nothing is undone on failure, and no intent is written: the next `up` finds the bucket as it is then.
        """
        location = self.locate(news)
        Creation(self.run, ManagedCreation(self, news, location)).forget_earlier()
        spec = self._find_existing(news, location)
        bucket = self.handle(spec)
        return bucket.name, self.outputs(news, {**self.fixed_outputs(spec), **bucket.adopt(bucket.desired(spec))})

    def _find_existing(self, news: Props, location: Props) -> Spec:
        """Return the spec of the bucket that exists, in its actual region."""
        name, given = news["bucket_name"], news.get("region")
        region = existing_bucket.find_region(self.handle(self.identify(name, location)))
        if given not in (None, region):
            raise InputError(f"could not use bucket {name!r}: its region is {region}, not {given}; write region='{region}'")
        return self.spec(news, {**self.identify(name, {**location, "region": region}), "adopted": True})

    def _announce_changes(self, id_: str, olds: Props, news: Props) -> None:
        """Name the settings that a preview changes: Pulumi shows differences of inputs only."""
        spec = self.spec(news, self.identify_recorded(id_, olds))
        if is_known(spec):
            bucket = self.handle(spec)
            bucket.announce_changes(bucket.desired(spec), olds)
