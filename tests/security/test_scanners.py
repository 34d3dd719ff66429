"""The deployed bucket and role as third parties' scanners judge them, and beside them a bucket and a role open to all."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Scan
from .deployment import Deployed
from .findings import acceptances, judge

NAIVE = {
    "prowler": {
        "iam_customer_unattached_policy_no_administrative_privileges",
        "iam_inline_policy_no_administrative_privileges",
        "s3_bucket_acl_prohibited",
        "s3_bucket_cross_account_access",
        "s3_bucket_default_encryption",
        "s3_bucket_level_public_access_block",
        "s3_bucket_lifecycle_enabled",
        "s3_bucket_object_versioning",
        "s3_bucket_policy_public_write_access",
        "s3_bucket_public_access",
        "s3_bucket_public_list_acl",
        "s3_bucket_public_write_acl",
        "s3_bucket_secure_transport_policy",
        "s3_bucket_server_access_logging_enabled",
    },
    "checkov": {
        "CKV_AWS_18",  # access logging
        "CKV_AWS_20",  # READ for everyone
        "CKV_AWS_21",  # versioning
        "CKV_AWS_53",  # public ACLs
        "CKV_AWS_54",  # public policy
        "CKV_AWS_57",  # WRITE for everyone
        "CKV_AWS_60",  # who may assume the role
        "CKV_AWS_62",  # *:*
        "CKV_AWS_109",  # permissions management without constraints
        "CKV_AWS_110",  # privilege escalation
    },
    "parliament": {"CREDENTIALS_EXPOSURE", "PERMISSIONS_MANAGEMENT_ACTIONS", "PRIVILEGE_ESCALATION", "RESOURCE_MISMATCH"},
    "policy_sentry": {"permissions-management", "resource-type"},
}


def test_nothing_is_found_on_ours_but_what_is_accepted(
    scan: Scan, deployed: Deployed, record_property: Callable[[str, object], None]
) -> None:
    """Each of our buckets, roles and policies is judged, and each failed check is in accepted.toml with its reason."""
    verdict, naive = (judge(findings, acceptances(scan.scanner)) for findings in (scan.ours, scan.naive))
    counted = (scan.ours, verdict.passed, verdict.accepted, verdict.failed, naive.failed)
    record_property("scan", [scan.scanner, *map(len, counted)])
    assert {each.resource for each in scan.ours} == deployed.ours.arns
    assert verdict.failed == [], "\n".join(map(str, verdict.failed))


def test_what_is_accepted_is_still_found(scan: Scan) -> None:
    """An acceptance that no finding needs any more has to be removed."""
    assert judge(scan.ours, acceptances(scan.scanner)).needless == []


def test_naive_things_fail_the_same_checks(scan: Scan) -> None:
    """A bucket, a role and a policy that are open to all fail, whatever is accepted of ours."""
    failed = {each.check for each in judge(scan.naive, acceptances(scan.scanner)).failed}
    assert NAIVE[scan.scanner] - failed == set()
