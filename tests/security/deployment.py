"""Deployment that is scanned: storages made by the real engine, and a bucket, a role and a policy that are open to all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3

from tavus_provider.recording.aws.permissions import caller_policy
from tests.real_engine.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

REGION: Final = "eu-west-1"
ACCOUNT = "123456789012"
LOGS = "request-logs"
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
OPTIONS = {
    "retention_days": 30,
    "log_bucket": LOGS,
    "key_prefix": "calls/",
    "path": "/tavus/",
    "external_id": "shop-7f3a",
    "tags": {"team": "video"},
}
"""Settings of the second storage, besides a KMS key; the first one has only defaults."""

_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_ANYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}


@dataclass(frozen=True)
class Things:
    """Names of buckets, and ARNs of roles and managed policies."""

    buckets: tuple[str, ...]
    roles: tuple[str, ...]
    policies: tuple[str, ...]

    @property
    def arns(self) -> frozenset[str]:
        """Return the ARNs of all."""
        return frozenset({*map(bucket_arn, self.buckets), *self.roles, *self.policies})


@dataclass(frozen=True)
class Deployed:
    """Our things and the naive ones at AWS."""

    ours: Things
    naive: Things


def bucket_arn(name: str) -> str:
    """Return a bucket's ARN."""
    return f"arn:aws:s3:::{name}"


def deploy(folder: Path) -> Deployed:
    """Deploy both kinds to the AWS that boto3 is pointed to, which is empty; the stack is in `folder`."""
    s3, iam = boto3.client("s3"), boto3.client("iam")
    _make_log_bucket(s3)
    key = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
    resources = _up({"ours-with-defaults": {}, "ours-with-options": {**OPTIONS, "kms_key_arn": key}}, folder)
    ours = Things(
        buckets=tuple(each["id"] for each in resources if each["type"].endswith(":RecordingBucket")),
        roles=tuple(each["id"] for each in resources if each["type"].endswith(":RecordingRole")),
        policies=(_policy(iam, "deployer", caller_policy("ours-*", "ours-*", kms_key_arn=key)),),
    )
    naive_policy = _policy(iam, "naive-deployer", _document(_EVERYTHING))
    naive = Things((_create_naive_bucket(s3),), (_create_naive_role(iam),), (naive_policy,))
    return Deployed(ours, naive)


def _up(storages: dict[str, dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Declare storages by name, run `pulumi up` on the real engine, and return the resources of the state that have an id."""
    project = folder / "project"
    project.mkdir()
    stack = Stack(project, folder / "state", {"TAVUS_STATE_DIR": str(folder / "intents")})
    stack.program("".join(f"tavus.RecordingStorage({name!r}, **{args!r})\n" for name, args in storages.items()))
    stack.init().up()
    resources: list[dict[str, Any]] = json.loads(stack.export())["deployment"]["resources"]
    return [each for each in resources if "id" in each]


def _make_log_bucket(s3: S3Client) -> None:
    """Create the user's own bucket for logs, which lets S3 write to it."""
    _create_bucket(s3, LOGS)
    service = {
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{bucket_arn(LOGS)}/*", **service}
    s3.put_bucket_policy(Bucket=LOGS, Policy=json.dumps(_document(write)))


def _create_naive_bucket(s3: S3Client) -> str:
    name = "naive-recordings"
    _create_bucket(s3, name)
    everybody: Any = {"Type": "Group", "URI": ALL_USERS}
    grants: Any = [{"Grantee": everybody, "Permission": permission} for permission in ("READ", "WRITE")]
    s3.put_bucket_acl(Bucket=name, AccessControlPolicy={"Owner": s3.get_bucket_acl(Bucket=name)["Owner"], "Grants": grants})
    resource = [bucket_arn(name), f"{bucket_arn(name)}/*"]
    open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": resource}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(_document(open_to_all)))
    return name


def _create_naive_role(iam: IAMClient) -> str:
    name = "naive-recorder"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_document(_ANYBODY)))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=json.dumps(_document(_EVERYTHING)))
    return arn


def _policy(iam: IAMClient, name: str, document: dict[str, Any]) -> str:
    return iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]


def _create_bucket(s3: S3Client, name: str) -> None:
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
