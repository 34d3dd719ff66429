"""Inputs that AWS would refuse are refused at preview, with the way to write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.recording.aws import formats

Validator = Callable[[Any], str | None]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (formats.validate_tags, {"team": "video", "cost centre": "4711", "Größe": "groß"}),
        (formats.validate_role_name, "recordings+a=b,c.d@e-f_g"),
        (formats.validate_description, "Für Tavus;\n\tsee the wiki."),
        (formats.validate_path, "/"),
        (formats.validate_path, "/tavus/recordings/"),
        (formats.validate_external_id, "tavus"),
        (formats.validate_external_id, "tavus-acct-abc123"),
        (formats.validate_account_id, "291871421005"),
        (formats.validate_policy_arn, "arn:aws:iam::123456789012:policy/team/boundary"),
        (formats.validate_policy_arn, "arn:aws-cn:iam::aws:policy/PowerUserAccess"),
        (formats.validate_key_arn, "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        (formats.validate_key_prefix, "recordings/2026/"),
        (formats.validate_key_prefix, ""),
    ],
)
def test_values_that_aws_accepts_pass(rule: Validator, value: object) -> None:
    """Validators accept the values that AWS accepts."""
    assert rule(value) is None


@pytest.mark.parametrize(
    ("rule", "value", "words"),
    [
        (formats.validate_tags, {f"tag{number}": "" for number in range(51)}, "at most 50 tags, not 51"),
        (formats.validate_tags, {"team": 3}, "write '3' for the tag team"),
        (formats.validate_tags, {"aws:team": "video"}, "begins with aws:"),
        (formats.validate_tags, {"": "video"}, "1 to 128"),
        (formats.validate_tags, {"team": "x" * 257}, "at most 256"),
        (formats.validate_tags, {"team": "<video>"}, "look at 'team'"),
        (formats.validate_role_name, "x" * 65, "1 to 64"),
        (formats.validate_role_name, "my role", "not 'my role'"),
        (formats.validate_description, "Tavus\u2019s role", "IAM does not take '\u2019'"),
        (formats.validate_path, "tavus", "begin and end with a slash"),
        (formats.validate_external_id, "x", "2 to 1224"),
        (formats.validate_account_id, "2918-7142-1005", "12 digits"),
        (formats.validate_policy_arn, "boundary", "must be the ARN of a managed policy"),
        (formats.validate_key_arn, "alias/recordings", "must be the ARN of a KMS key"),
        (formats.validate_key_prefix, "*", "not '*'"),
        (formats.validate_key_prefix, "${aws:username}/", "must be letters"),
        (formats.validate_key_prefix, "/recordings", "not begin with a slash"),
    ],
)
def test_values_that_aws_refuses_are_reported(rule: Validator, value: object, words: str) -> None:
    """Validators refuse the values that AWS refuses, and say what is allowed or what was wrong."""
    assert words in str(rule(value))
