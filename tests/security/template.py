"""CloudFormation template of the deployment: read from AWS, so that it shows the effect of our calls and not our intent.

Source: AWS CloudFormation Template Reference, AWS::S3::Bucket, AWS::S3::BucketPolicy, AWS::IAM::Role, AWS::IAM::ManagedPolicy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from .deployment import ALL_USERS, Deployed, bucket_arn

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

Json = dict[str, Any]

_UNSET = re.compile(r"NoSuch(?!Bucket$).*|.*NotFoundError")
_CANNED = {(): "Private", ("READ",): "PublicRead", ("READ", "WRITE"): "PublicReadWrite"}


def template(deployed: Deployed) -> Json:
    """Return the template of everything; each resource has as metadata the ARN that it is or belongs to."""
    s3, iam, found = boto3.client("s3"), boto3.client("iam"), list[Json]()
    for things in (deployed.ours, deployed.naive):
        found += [each for name in things.buckets for each in _bucket(s3, name)]
        found += [_role(iam, arn) for arn in things.roles]
        found += [_managed_policy(iam, arn) for arn in things.policies]
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {f"Resource{n}": each for n, each in enumerate(found)}}


def policies(template: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield each policy document in a template: the ARN that it belongs to, its property, and the document."""
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        for holder in (properties, *properties.get("Policies", [])):
            for name in {"PolicyDocument", "AssumeRolePolicyDocument"} & holder.keys():
                yield resource["Metadata"]["Arn"], name, holder[name]


def _bucket(s3: S3Client, name: str) -> Iterator[Json]:
    def asked(operation: str) -> Any:
        """Return what AWS answers, {} where nothing is set."""
        try:
            return getattr(s3, operation)(Bucket=name)
        except ClientError as error:
            if _UNSET.fullmatch(error.response["Error"]["Code"]):
                return {}
            raise

    properties = {
        "BucketName": name,
        "AccessControl": _access_control(asked("get_bucket_acl")),
        "OwnershipControls": asked("get_bucket_ownership_controls").get("OwnershipControls"),
        "PublicAccessBlockConfiguration": asked("get_public_access_block").get("PublicAccessBlockConfiguration"),
        "BucketEncryption": _encryption(asked("get_bucket_encryption")),
        "VersioningConfiguration": _versioning(asked("get_bucket_versioning")),
        "LifecycleConfiguration": _lifecycle(asked("get_bucket_lifecycle_configuration")),
        "LoggingConfiguration": _logging(asked("get_bucket_logging")),
        "Tags": asked("get_bucket_tagging").get("TagSet"),
    }
    yield _resource("AWS::S3::Bucket", bucket_arn(name), properties)
    policy = asked("get_bucket_policy").get("Policy", "{}")
    yield _resource("AWS::S3::BucketPolicy", bucket_arn(name), {"Bucket": name, "PolicyDocument": json.loads(policy)})


def _access_control(answer: Mapping[str, Any]) -> str:
    everybody = (grant["Permission"] for grant in answer["Grants"] if grant["Grantee"].get("URI") == ALL_USERS)
    return _CANNED[tuple(sorted(everybody))]


def _encryption(answer: Mapping[str, Any]) -> Json | None:
    rules = answer.get("ServerSideEncryptionConfiguration", {}).get("Rules")
    return rules and {"ServerSideEncryptionConfiguration": [_rename_keys(each) for each in rules]}


def _versioning(answer: Mapping[str, Any]) -> Json | None:
    return {"Status": answer["Status"]} if "Status" in answer else None


def _lifecycle(answer: Mapping[str, Any]) -> Json | None:
    return {"Rules": [_rename_keys(each) for each in answer["Rules"]]} if "Rules" in answer else None


def _logging(answer: Mapping[str, Any]) -> Json | None:
    enabled = answer.get("LoggingEnabled")
    return enabled and {"DestinationBucketName": enabled["TargetBucket"], "LogFilePrefix": enabled["TargetPrefix"]}


def _rename_keys(rule: Mapping[str, Any]) -> Json:
    """Return a rule with CloudFormation's names for members that S3 names differently."""
    names = {"ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault", "ID": "Id", "Days": "ExpirationInDays"}
    flat = {**rule, **rule.get("Expiration", {}), **rule.get("Filter", {})}
    return {names.get(name, name): value for name, value in flat.items() if name not in ("Expiration", "Filter")}


def _role(iam: IAMClient, arn: str) -> Json:
    name = arn.rpartition("/")[2]
    role = iam.get_role(RoleName=name)["Role"]
    inline = [
        iam.get_role_policy(RoleName=name, PolicyName=each) for each in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    properties = {
        "RoleName": name,
        "Path": role["Path"],
        "MaxSessionDuration": role["MaxSessionDuration"],
        "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
        "Policies": [{name: each[name] for name in ("PolicyName", "PolicyDocument")} for each in inline],
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
    }
    return _resource("AWS::IAM::Role", arn, properties)


def _managed_policy(iam: IAMClient, arn: str) -> Json:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return _resource("AWS::IAM::ManagedPolicy", arn, {"PolicyDocument": document})


def _resource(kind: str, arn: str, properties: Json) -> Json:
    return {"Type": kind, "Metadata": {"Arn": arn}, "Properties": {name: value for name, value in properties.items() if value}}
