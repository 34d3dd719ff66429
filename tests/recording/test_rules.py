"""Inputs that AWS would refuse are refused at preview, with the way to write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.recording import rules

Validator = Callable[[Any], str | None]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.tags, {"team": "video", "cost centre": "4711", "Größe": "groß"}),
        (rules.role_name, "recordings+a=b,c.d@e-f_g"),
        (rules.path, "/"),
        (rules.path, "/tavus/recordings/"),
        (rules.external_id, "tavus"),
        (rules.external_id, "tavus-acct-abc123"),
        (rules.account_id, "291871421005"),
        (rules.policy_arn, "arn:aws:iam::123456789012:policy/team/boundary"),
        (rules.policy_arn, "arn:aws-cn:iam::aws:policy/PowerUserAccess"),
        (rules.key_arn, "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        (rules.key_prefix, "recordings/2026/"),
        (rules.key_prefix, ""),
    ],
)
def test_what_aws_admits_passes(rule: Validator, value: object) -> None:
    """A rule that refused these would stand in the way."""
    assert rule(value) is None


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (rules.tags, {f"tag{number}": "" for number in range(51)}, "at most 50 tags, not 51"),
        (rules.tags, {"team": 3}, "write '3' for the tag team"),
        (rules.tags, {"aws:team": "video"}, "begins with aws:"),
        (rules.tags, {"": "video"}, "1 to 128"),
        (rules.tags, {"team": "x" * 257}, "at most 256"),
        (rules.tags, {"team": "<video>"}, "look at 'team'"),
        (rules.role_name, "x" * 65, "1 to 64"),
        (rules.role_name, "my role", "not 'my role'"),
        (rules.path, "tavus", "begin and end with a slash"),
        (rules.external_id, "x", "2 to 1224"),
        (rules.account_id, "2918-7142-1005", "12 digits"),
        (rules.policy_arn, "boundary", "must be the ARN of a managed policy"),
        (rules.key_arn, "alias/recordings", "must be the ARN of a KMS key"),
        (rules.key_prefix, "*", "not '*'"),
        (rules.key_prefix, "${aws:username}/", "must be letters"),
        (rules.key_prefix, "/recordings", "not begin with a slash"),
    ],
)
def test_what_aws_refuses_is_told(rule: Validator, value: object, words: str) -> None:
    """The sentence holds what is admitted, or what was wrong."""
    assert words in str(rule(value))
