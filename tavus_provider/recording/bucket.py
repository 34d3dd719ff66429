"""
RecordingBucket: a private S3 bucket for recordings.

Its name is its Pulumi ID, which stays known while a preview shows another change: what is built from the ID does not change then.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypedDict, Unpack

import pulumi

from ..api.errors import InputError, StorageError
from ..api.notices import notify
from ..api.retry import retry_on
from ..dynamic.provider import Provider
from ..journal.journal import Journal
from ..lifecycle.lifecycle import URN, Diff, Props
from ..program.resource import Out, Resource, find_outputs
from ..schema.documentation import add_documentation
from ..schema.fields import Field
from ..schema.formats import aws_region, s3_bucket_name
from ..schema.unknowns import UNKNOWN, is_known
from ..schema.validation import Failure
from . import aws, existing, policies, rules
from .bucket_settings import BUCKET_SETTINGS, Bucket, Where
from .contents import counted, emptied
from .errors import Busy, Denied, Missing, NotEmpty, Taken, map_errors
from .managed import ManagedLifecycle, side_by_side

_InPlace = functools.partial(Field, replaces=False)
Tags = Annotated[
    pulumi.Input[Mapping[str, pulumi.Input[str]]],
    _InPlace("Tags; whatever else somebody tags it with is shown, and removed by the next change.", validator=rules.tags),
]
KmsKeyArn = Annotated[
    pulumi.Input[str],
    _InPlace(
        "KMS key that encrypts recordings instead of S3's own, in the bucket's region; the role is let use it.",
        validator=rules.key_arn,
        source="Amazon S3 User Guide, Using server-side encryption with AWS KMS keys",
    ),
]


class RecordingBucketArgs(TypedDict, total=False):
    """The inputs of a bucket for recordings."""

    bucket_name: Annotated[
        pulumi.Input[str],
        Field(
            "Name, shared by all AWS accounts; `<resource>-<7 hex digits>` where none is given.",
            validator=s3_bucket_name,
            source="Amazon S3 User Guide, General purpose bucket naming rules",
        ),
    ]
    region: Annotated[
        pulumi.Input[str],
        Field("AWS region; where none is given that of aws:region, AWS_REGION or the profile at creation.", validator=aws_region),
    ]
    existing_bucket: Annotated[
        Literal["use", "manage"],
        _InPlace(
            "Bucket of that name that is there already: `use` it as it is, or `manage` it like a new one; see RecordingBucket."
        ),
    ]
    retention_days: Annotated[
        pulumi.Input[int],
        _InPlace("Age at which a recording expires; never where none is given.", unit="days", minimum=1),
    ]
    noncurrent_days: Annotated[
        pulumi.Input[int],
        _InPlace("How long expired, deleted and overwritten recordings can be had back.", unit="days", minimum=1, default=7),
    ]
    kms_key_arn: KmsKeyArn
    log_bucket: Annotated[
        pulumi.Input[str],
        _InPlace("Bucket for the log of requests; it must let S3 write to it.", validator=s3_bucket_name),
    ]
    force_destroy: Annotated[
        pulumi.Input[bool],
        _InPlace("Lets `pulumi destroy` delete the bucket together with the recordings in it.", default=False),
    ]
    tags: Tags


class RecordingBucketLifecycle(ManagedLifecycle[Bucket]):
    """What a bucket does."""

    args = RecordingBucketArgs
    name = "RecordingBucket"
    kind = "bucket"
    name_input = "bucket_name"
    kept = BUCKET_SETTINGS

    def validate_together(self, given: Props) -> Iterator[Failure]:
        """Yield the mistakes that concern more than one input."""
        log_bucket, key, region = given.get("log_bucket"), given.get("kms_key_arn"), given.get("region")
        if log_bucket not in (None, UNKNOWN) and log_bucket == given.get("bucket_name"):
            yield Failure("log_bucket", "must be another bucket: one that logs its own log never stops growing")
        if isinstance(key, str) and isinstance(region, str) and rules.key_arn(key) is None and policies.key_region(key) != region:
            yield Failure("kms_key_arn", f"must be a key in {region}, where the bucket is, not {key!r}")
        yield from self._existing_rules(given)

    def _existing_rules(self, given: Props) -> Iterator[Failure]:
        if "existing_bucket" in given and "bucket_name" not in given:
            yield Failure("bucket_name", "is missing beside existing_bucket: name the bucket")
        for row in self.inputs if given.get("existing_bucket") == "use" else ():
            changes = not row.field.replaces and row.name not in ("existing_bucket", "kms_key_arn")
            if changes and row.effective_value(given) != row.field.default:
                yield Failure(
                    row.name,
                    "cannot be given beside existing_bucket='use', which changes nothing in the bucket: remove it, or write "
                    "existing_bucket='manage'",
                )

    def diff(self, id_: str, olds: Props, news: Props) -> Diff:
        """Compare; raises InputError for a change that would need another bucket in the place of one that was there before."""
        found = super().diff(id_, olds, news)
        changes, replaces = found.changes, found.replaces
        if olds.get("adopted") and olds.get("existing_bucket") == "use" and "existing_bucket" not in news:
            replaces = (*replaces, "existing_bucket")
        if (olds.get("adopted") or "existing_bucket" in news) and replaces and news.get("bucket_name") == id_ and is_known(news):
            raise InputError(
                f"bucket {id_!r} was there before, and another one cannot take its place: take the change of "
                f"{' and '.join(replaces)} back, or give another bucket_name"
            )
        facts = self.facts(news, self.identity(id_, olds))
        if (olds.get("existing_bucket"), news.get("existing_bucket")) == ("use", "manage") and is_known(facts):
            existing.tell_changes(f"bucket {id_!r}", olds, self.wanted(facts))  # Pulumi shows differences of inputs only
        return Diff(changes, replaces, found.delete_before_replace)

    def create(self, news: Props) -> tuple[str, Props]:
        """Make the bucket, or take note of the one that exists where `existing_bucket` says so."""
        return self._adopted(news) if "existing_bucket" in news else super().create(news)

    def read(self, id_: str, olds: Props) -> tuple[str, Props] | None:
        """Read all settings as they are now; None where the bucket is gone."""
        self.known(id_, olds)
        identity = self.identity(id_, olds)
        bucket = self.thing(identity)
        try:
            if olds.get("existing_bucket") != "use":
                return id_, self.outputs(olds, {**self.shown(identity), **self.reported(bucket)})
            found = existing.looked_over(bucket)
        except Missing:
            self._require_account(bucket, identity)
            return None
        existing.tell_unfit(bucket, found)
        return id_, self.outputs(olds, {**self.shown(identity), **found})

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Write the settings that differ, or none where the bucket is only used; return all outputs."""
        if news.get("existing_bucket") != "use":
            return super().update(id_, olds, news)
        return self._used(self.facts(news, self.identity(id_, olds)), news)

    def delete(self, id_: str, olds: Props) -> None:
        """Delete the bucket, with its recordings only if `force_destroy` says so; gone is fine. What was there before stays."""
        self.known(id_, olds)
        identity = self.identity(id_, olds)
        bucket = self.thing(identity)
        if olds.get("existing_bucket") == "use" or (olds.get("adopted") and not olds.get("force_destroy")):
            notify(f"{bucket} stays as it is")
            return
        try:
            if olds.get("force_destroy"):
                # A recording may arrive while others are being deleted.
                retry_on(lambda: self._empty_and_remove(bucket), (NotEmpty,), self.settings.retry_timeout)
            else:
                self.remove(bucket)
        except Missing:
            self._require_account(bucket, identity)
        except NotEmpty:
            raise StorageError(_kept(bucket, olds)) from None

    def identity(self, id_: str, olds: Props) -> Props:
        """Return name, region, ARN and account, and whether it was there before."""
        place = {"region": olds["region"], "account_id": self.account(id_, olds)}
        return {**self.named(id_, place), "adopted": olds.get("adopted", False)}

    def account(self, id_: str, olds: Props) -> str:
        """Return the account that it was made in, "" where that is not known."""
        return str(olds.get("account_id", ""))

    def place(self, news: Props) -> Props:
        """Return account and region."""
        region = news.get("region") or aws.default_region(self.settings.aws)
        return {"region": region, "account_id": aws.account_id(self.settings.aws, region)}

    def named(self, name: str, place: Props) -> Props:
        """Return name, region, ARN and account."""
        arn = policies.bucket_arn(policies.partition(place["region"]), name)
        return {"bucket_name": name, "bucket_arn": arn, **place, "adopted": False}

    @staticmethod
    def legal(name: str) -> str:
        """Return a resource's name as the beginning of a bucket's. Source: see `bucket_name`."""
        kept = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:55].rstrip("-")
        return kept if kept and s3_bucket_name(f"{kept}-0000000") is None else "recordings"

    def thing(self, identity: Props) -> Bucket:
        """Return the bucket at AWS."""
        where: Where = {"Bucket": identity["bucket_name"]}
        if identity["account_id"]:
            where["ExpectedBucketOwner"] = identity["account_id"]
        return Bucket(aws.s3(self.settings.aws, identity["region"]), where)

    def reported(self, thing: Bucket) -> Props:
        """Return the value of each setting that AWS reports: S3 takes reads at once, though not changes."""
        return side_by_side(self.kept, lambda each: each.reported(thing))

    def shown(self, facts: Props) -> Props:
        """Return the outputs that are no settings."""
        return {name: facts[name] for name in find_outputs(RecordingBucket) if name in facts}

    def require_free(self, thing: Bucket) -> None:
        """Refuse a bucket that this account has: in us-east-1 S3 says nothing when it is created once more."""
        if _exists(thing):
            raise Taken(
                f"could not create {thing}: this account has it already; choose another bucket_name, or write "
                "existing_bucket='use' to use that bucket as it is, existing_bucket='manage' to manage it"
            )

    def make(self, thing: Bucket, facts: Props, begun: bool) -> str:
        """Make the bucket; that we made it before is fine."""
        region = facts["region"]
        place: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            with map_errors(f"create {thing}"):
                thing.client.create_bucket(Bucket=facts["bucket_name"], **place)
        except Taken as error:
            if not (error.ours or (begun and _exists(thing))):
                raise
        return str(facts["bucket_name"])

    def made(self, facts: Props) -> Props:
        """Take nothing for granted: what AWS gives to new buckets has changed over the years."""
        return {each.name: each.unset for each in self.kept}

    def remove(self, thing: Bucket) -> None:
        """Delete the bucket if it is empty."""

        def attempt() -> None:
            with map_errors(f"delete {thing}"):
                thing.client.delete_bucket(**thing.where)

        retry_on(attempt, (Busy,), self.settings.retry_timeout)

    def _tagged(self, news: Props) -> Props:
        return news if news.get("existing_bucket") == "use" else super()._tagged(news)

    def _drifted(self, olds: Props, facts: Props) -> list[str]:
        found = super()._drifted(olds, facts)
        return found if facts["existing_bucket"] != "use" else [name for name in found if name == "versioning"]

    def _adopted(self, news: Props) -> tuple[str, Props]:
        """
        Find the bucket, and write the settings that differ where it is to be managed.

        Nothing is undone where that fails, and nothing is written down: the next `up` finds the bucket as it is by then.
        """
        place = self.place(news)
        earlier = self._earlier(news, place)
        if earlier:
            Journal().forget(earlier)  # made under that name by a run that was interrupted
        facts = self._found(news, place)
        if facts["existing_bucket"] == "use":
            return facts["bucket_name"], self._used(facts, news)
        bucket, wanted = self.thing(facts), self.wanted(facts)
        found = self.reported(bucket)
        existing.tell_changes(bucket, found, wanted)
        self.write(bucket, facts, found)
        return facts["bucket_name"], self.told(news, facts)

    def _found(self, news: Props, place: Props) -> Props:
        """Return the facts of the bucket that exists; it lies where it lies."""
        name, asked = news["bucket_name"], news.get("region")
        region = existing.region_of(self.thing(self.named(name, place)))
        if asked not in (None, region):
            raise InputError(f"could not use bucket {name!r}: its region is {region}, not {asked}; write region='{region}'")
        return self.facts(news, {**self.named(name, {**place, "region": region}), "adopted": True})

    def _used(self, facts: Props, news: Props) -> Props:
        """Return the outputs of a bucket that is used as it is."""
        bucket = self.thing(facts)
        found = existing.looked_over(bucket)
        existing.require_fit(bucket, found, facts["kms_key_arn"] or "")
        return self.outputs(news, {**self.shown(facts), **found})

    def _empty_and_remove(self, bucket: Bucket) -> None:
        emptied(bucket)
        self.remove(bucket)

    def _require_account(self, bucket: Bucket, identity: Props) -> None:
        aws.require_account(self.settings.aws, identity["region"], identity["account_id"], str(bucket))


def _exists(bucket: Bucket) -> bool:
    """Tell whether this account has the bucket."""
    try:
        with map_errors(f"create {bucket}"):
            bucket.client.head_bucket(Bucket=bucket.where["Bucket"])
    except (Missing, Denied):
        return False  # free, or somebody else's, of which the creation will tell
    return True


def _kept(bucket: Bucket, olds: Props) -> str:
    return (
        f"could not delete {bucket}: it holds {counted(bucket)}; to delete these with it, set force_destroy=True, run "
        "`pulumi up --target URN` and destroy again; to keep it, run `pulumi state delete URN`, or set retain_on_delete; "
        f"URN is '{olds.get(URN, '')}'"
    )


class RecordingBucketProvider(Provider):
    """Serves buckets to the engine; its path is stored in users' state."""

    lifecycle = RecordingBucketLifecycle


@add_documentation(
    RecordingBucketArgs, source="Amazon S3 User Guide, Security best practices; Tavus docs, Conversation Recordings"
)
class RecordingBucket(Resource, module="tavus", name="RecordingBucket"):
    """
    An S3 bucket for recordings that is private by default.

    Public access is blocked, access lists are off, objects are encrypted and versioned, only TLS 1.2 or newer is let in, and
    what is no longer wanted is removed. Each of these is an output as AWS reports it: after a refresh, what somebody changed by
    hand shows, and the next `pulumi up` puts it back. A bucket that holds anything is not deleted unless `force_destroy` is set.

    With `existing_bucket` the bucket `bucket_name` of this account, in whatever region, is taken instead of a new one. `use`
    changes and deletes nothing in it: its versioning has to be on, its settings are outputs only. `manage` writes those of its
    settings that differ, and tells what they were; to see that in a preview first, `use` the bucket for one `pulumi up`, then
    `manage` it. Destroying leaves a bucket that was there before, unless `force_destroy` is set for a managed one. `use` ends the
    managing again, and another `bucket_name` without `existing_bucket` makes a new bucket.
    """

    bucket_name: Annotated[pulumi.Output[str], Out("Its name, given or chosen; also the resource's ID.")]
    bucket_arn: Annotated[pulumi.Output[str], Out("Its ARN.")]
    region: Annotated[pulumi.Output[str], Out("Its region.")]
    account_id: Annotated[pulumi.Output[str], Out("The AWS account that it was made in; calls to another one's are refused.")]
    adopted: Annotated[
        pulumi.Output[bool], Out("Whether it was there before: destroying leaves it, unless `force_destroy` is set.")
    ]
    object_ownership: Annotated[pulumi.Output[str], Out("Who owns objects: `BucketOwnerEnforced`, which turns access lists off.")]
    public_access_block: Annotated[pulumi.Output[dict[str, bool]], Out("The four switches against public access, all on.")]
    encryption: Annotated[pulumi.Output[dict[str, Any]], Out("How objects are encrypted unless an upload says otherwise.")]
    versioning: Annotated[pulumi.Output[str], Out("`Enabled`, as Tavus requires.")]
    lifecycle_rules: Annotated[pulumi.Output[list[dict[str, Any]]], Out("What is removed when.")]
    policy: Annotated[pulumi.Output[dict[str, Any]], Out("The bucket policy, which only refuses.")]
    logging: Annotated[pulumi.Output[dict[str, str]], Out("Where requests are logged.")]
    tags: Annotated[pulumi.Output[dict[str, str]], Out("Its tags.")]

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RecordingBucketArgs]
    ) -> None:
        super().__init__(RecordingBucketProvider(), resource_name, args, opts)
