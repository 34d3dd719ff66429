"""Findings and acceptances: what is let through, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .findings import Acceptance, Finding, acceptances, judged

FAILURE = Finding("prowler", "s3_bucket_object_lock", "arn:aws:s3:::ours-1a2b3c4", False, "Object Lock disabled")


def accepted(**known: str) -> Acceptance:
    """Return an acceptance of FAILURE, but for what is given."""
    whole = {
        "scanner": "prowler",
        "check": FAILURE.check,
        "resource": "arn:aws:s3:::ours-*",
        "reason": "It is said why.",
        **known,
    }
    return Acceptance(**whole)


def test_a_failure_is_accepted_where_all_of_it_fits() -> None:
    """An acceptance takes the failure of its own check on its own resources, and nobody needs to accept what passed."""
    passed = Finding("prowler", "s3_bucket_acl_prohibited", FAILURE.resource, True)
    verdict = judged([FAILURE, passed], [accepted()])
    assert (verdict.passed, verdict.accepted, verdict.failed, verdict.needless) == ([passed], [FAILURE], [], [])


@pytest.mark.parametrize(
    "other",
    [
        accepted(scanner="checkov"),
        accepted(check="s3_bucket_kms_encryption"),
        accepted(resource="arn:aws:s3:::naive-*"),
        accepted(detail="Object Lock unknown"),
    ],
    ids=["scanner", "check", "resource", "detail"],
)
def test_an_acceptance_of_something_else_lets_nothing_through(other: Acceptance) -> None:
    """The failure stays one, and the acceptance is told as needless."""
    verdict = judged([FAILURE], [other])
    assert (verdict.accepted, verdict.failed, verdict.needless) == ([], [FAILURE], [other])


def test_what_passed_needs_no_acceptance() -> None:
    """Once the check passes, its acceptance has to go."""
    passed = Finding("prowler", FAILURE.check, FAILURE.resource, True)
    assert judged([passed], [accepted()]).needless == [accepted()]


def test_an_acceptance_without_a_reason_is_refused(tmp_path: Path) -> None:
    """The list cannot be read then."""
    path = tmp_path / "accepted.toml"
    path.write_text('[[accepted]]\nscanner = "prowler"\ncheck = "s3_bucket_object_lock"\nresource = "*"\n')
    with pytest.raises(TypeError, match="reason"):
        acceptances("prowler", path)
