"""Findings and acceptances: which failures are let through."""

from __future__ import annotations

from pathlib import Path

import pytest

from .findings import Acceptance, Finding, acceptances, judge

FAILURE = Finding("prowler", "s3_bucket_object_lock", "arn:aws:s3:::ours-1a2b3c4", False, "Object Lock disabled")


def acceptance(**known: str) -> Acceptance:
    """Return an acceptance of FAILURE with changes."""
    whole = {
        "scanner": "prowler",
        "check": FAILURE.check,
        "resource": "arn:aws:s3:::ours-*",
        "reason": "It is said why.",
        **known,
    }
    return Acceptance(**whole)


def test_a_failure_is_accepted_where_all_of_it_fits() -> None:
    """An acceptance covers a failure of its own check on its own resources; what passed needs none."""
    passed = Finding("prowler", "s3_bucket_acl_prohibited", FAILURE.resource, True)
    verdict = judge([FAILURE, passed], [acceptance()])
    assert (verdict.passed, verdict.accepted, verdict.failed, verdict.needless) == ([passed], [FAILURE], [], [])


@pytest.mark.parametrize(
    "other",
    [
        acceptance(scanner="checkov"),
        acceptance(check="s3_bucket_kms_encryption"),
        acceptance(resource="arn:aws:s3:::naive-*"),
        acceptance(detail="Object Lock unknown"),
    ],
    ids=["scanner", "check", "resource", "detail"],
)
def test_an_acceptance_of_something_else_lets_nothing_through(other: Acceptance) -> None:
    """The failure remains, and the acceptance is reported as needless."""
    verdict = judge([FAILURE], [other])
    assert (verdict.accepted, verdict.failed, verdict.needless) == ([], [FAILURE], [other])


def test_what_passed_needs_no_acceptance() -> None:
    """Once the check passes, its acceptance has to be removed."""
    passed = Finding("prowler", FAILURE.check, FAILURE.resource, True)
    assert judge([passed], [acceptance()]).needless == [acceptance()]


def test_an_acceptance_without_a_reason_is_refused(tmp_path: Path) -> None:
    """The list cannot be read without one."""
    path = tmp_path / "accepted.toml"
    path.write_text('[[accepted]]\nscanner = "prowler"\ncheck = "s3_bucket_object_lock"\nresource = "*"\n')
    with pytest.raises(TypeError, match="reason"):
        acceptances("prowler", path)
