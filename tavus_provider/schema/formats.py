"""Validators of formats that inputs of several resources share: each returns what is wrong with a string, or None."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}")
_ID = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)
_LONGEST_ID = 128
_ROLE_ARN = re.compile(r"arn:aws(-[a-z]+)*:iam::\d{12}:role/([\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)


def validate_id(value: str) -> str | None:
    """Require what can be the id of an object at Tavus: its ids differ by kind and age, but all of them fit.

    Source: Tavus API reference, examples of ids (`r90bbd427f71`, `d8-5c71baca86fc`, `pd_abc123def456gh`) and UUIDs.
    """
    if not value:
        return "must not be empty"
    if len(value) <= _LONGEST_ID and _ID.fullmatch(value):
        return None
    return f"must be an id as Tavus shows it: letters, digits, hyphens, underscores and single dots, at most {_LONGEST_ID}"


def validate_http_url(value: str) -> str | None:
    """Require an absolute http or https URL."""
    try:
        parts = urlsplit(value)
        is_valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is not a number, or half of an IPv6 address
        is_valid = False
    # urlsplit drops line breaks and tabs, and keeps spaces.
    return None if is_valid and not re.search(r"\s", value) else "must be a whole URL that begins with https:// or http://"


def validate_most(most: int, noun: str) -> Callable[[Sequence[Any]], str | None]:
    """Return a validator that requires a list to have at most `most` items; `noun` is what they are."""
    return lambda items: None if len(items) <= most else f"must have at most {most} {noun}, not {len(items)}"


def is_exposed(url: str) -> bool:
    """Return whether what is sent to an address passes other machines without encryption."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def validate_s3_bucket_name(value: str) -> str | None:
    """Require a name that S3 accepts. Source: Amazon S3 User Guide, "General purpose bucket naming rules"."""
    if not _BUCKET.fullmatch(value) or ".." in value:
        return (
            f"is not a valid S3 bucket name: {value!r} must have 3 to 63 lowercase letters, digits, dots and hyphens, begin "
            "and end with a letter or digit, and have no two dots in a row"
        )
    if re.fullmatch(r"\d+(\.\d+){3}", value):
        return f"is not a valid S3 bucket name: {value!r} looks like an IP address"
    if value.startswith(_RESERVED_STARTS) or value.endswith(_RESERVED_ENDS):
        return f"is not a valid S3 bucket name: {value!r} begins or ends with a prefix or suffix that AWS reserves"
    return None


def validate_aws_region(value: str) -> str | None:
    """Require the code of a region. Source: AWS General Reference, "Regions and Availability Zones"."""
    return None if _REGION.fullmatch(value) else f"must be the code of an AWS region such as us-east-1, not {value!r}"


def validate_iam_role_arn(value: str) -> str | None:
    """Require the full ARN of a role. Source: AWS IAM User Guide, "IAM identifiers"."""
    if _ROLE_ARN.fullmatch(value):
        return None
    return f"must be the full ARN of an IAM role, as in arn:aws:iam::123456789012:role/recordings, not {value!r}"
