"""Validators of AWS's names and ARNs: each takes a value and returns what is wrong with it, or None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TAG = re.compile(r"[\w\s.:/=+\-@]*")
# ASCII: \w would match letters that AWS refuses.
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_PATH = re.compile(r"/([!-.0-~]+/)*")
_NOT_IN_DESCRIPTION = re.compile(r"[^\t\n\r -~\u00a1-\u00ff]")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_POLICY_ARN = re.compile(r"arn:aws(-[a-z]+)*:iam::(\d{12}|aws):policy/[!-~]+", re.ASCII)
_KEY_ARN = re.compile(r"arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+", re.ASCII)
# In the role's policy, * and ? are wildcards, and ${…} is a variable.
_KEY_PREFIX = re.compile(r"[\w!.'()/-]{0,900}", re.ASCII)


def validate_tags(value: Mapping[str, Any]) -> str | None:
    """Require tags that AWS accepts. Source: Tagging AWS Resources User Guide, "Tag naming limits and requirements"."""
    if len(value) > 50:
        return f"must be at most 50 tags, not {len(value)}"
    return next((reason for name, text in value.items() if (reason := _tag_reason(name, text))), None)


def validate_role_name(value: str) -> str | None:
    """Require a name that IAM accepts. Source: AWS IAM User Guide, "IAM and AWS STS quotas", name requirements."""
    return None if _ROLE_NAME.fullmatch(value) else f"must be 1 to 64 letters, digits and _+=,.@- for a role, not {value!r}"


def validate_description(value: str) -> str | None:
    """Require the characters that IAM takes. Source: AWS IAM API reference, CreateRole, Description."""
    found = _NOT_IN_DESCRIPTION.search(value)
    return f"must consist of Latin letters, digits and plain punctuation: IAM does not take {found[0]!r}" if found else None


def validate_path(value: str) -> str | None:
    """Require an IAM path. Source: AWS IAM API reference, CreateRole, Path."""
    return None if _PATH.fullmatch(value) else f"must begin and end with a slash, as in /tavus/, not {value!r}"


def validate_external_id(value: str) -> str | None:
    """Require an external id. Source: AWS STS API reference, AssumeRole, ExternalId."""
    return None if _EXTERNAL_ID.fullmatch(value) else f"must be 2 to 1224 letters, digits and _+=,.@:/-, not {value!r}"


def validate_account_id(value: str) -> str | None:
    """Require an AWS account. Source: AWS Account Management Reference Guide, "View AWS account identifiers"."""
    return None if re.fullmatch(r"\d{12}", value, re.ASCII) else f"must be the 12 digits of an AWS account, not {value!r}"


def validate_policy_arn(value: str) -> str | None:
    """Require the ARN of a managed policy. Source: AWS IAM User Guide, "IAM identifiers"."""
    if _POLICY_ARN.fullmatch(value):
        return None
    return f"must be the ARN of a managed policy, as in arn:aws:iam::123456789012:policy/boundary, not {value!r}"


def validate_key_arn(value: str) -> str | None:
    """Require the ARN of a key. Source: AWS KMS Developer Guide, "Key identifiers"; S3 reports aliases as they were given."""
    if _KEY_ARN.fullmatch(value):
        return None
    return f"must be the ARN of a KMS key, as in arn:aws:kms:us-east-1:123456789012:key/1a2b-…, not {value!r}"


def validate_key_prefix(value: str) -> str | None:
    """Require a key prefix without wildcards or policy variables. Source: Amazon S3 User Guide, "Naming objects"."""
    if value.startswith("/") or not _KEY_PREFIX.fullmatch(value):
        return f"must be letters, digits and _!-.'()/ and not begin with a slash, as in recordings/, not {value!r}"
    return None


def _tag_reason(name: str, text: Any) -> str | None:
    if not isinstance(text, str):
        return f"must have strings as values: write {str(text)!r} for the tag {name}"
    if name.lower().startswith("aws:"):
        return f"must not have a name that begins with aws:, which AWS keeps for itself: {name!r}"
    if not 1 <= len(name) <= 128 or len(text) > 256:
        return f"must have names of 1 to 128 and values of at most 256 characters: look at {name!r}"
    if not (_TAG.fullmatch(name) and _TAG.fullmatch(text)):
        return f"must consist of letters, digits, spaces and _.:/=+-@: look at {name!r}"
    return None
