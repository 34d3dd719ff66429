"""AWS's partitions, regions and the ARNs that are built from them."""

from __future__ import annotations

_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
_HOMES = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1", "aws-eusc": "eusc-de-east-1"}


def partition(region: str) -> str:
    """Return the partition that a region belongs to, such as "aws". Source: AWS IAM User Guide, "IAM identifiers", ARNs."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def home_region(partition: str) -> str:
    """Return the region that serves IAM for a partition. Source: AWS General Reference, "IAM endpoints and quotas"."""
    return _HOMES.get(partition, "us-east-1")


def key_region(kms_key_arn: str) -> str:
    """Return the region of a KMS key. Source: AWS KMS Developer Guide, "Key identifiers"."""
    return kms_key_arn.split(":")[3]


def bucket_arn(partition: str, bucket_name: str) -> str:
    """Return a bucket's ARN."""
    return f"arn:{partition}:s3:::{bucket_name}"
