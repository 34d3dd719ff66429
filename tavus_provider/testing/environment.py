"""Environment variables that point a process, and the commands that it starts, to a local Tavus and a local AWS only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..sandbox import Sandbox  # an extra, which mocks do not need

REGION: Final = "eu-west-1"
"""The region of the local AWS."""

ACCOUNT: Final = "123456789012"
"""The account of all calls; as the access key, too, because that is how LocalStack tells accounts apart."""

_OTHERS = ("TAVUS_", "AWS_")
"""How the names of variables begin that could lead to a real account."""


def aws_variables(endpoint: str) -> dict[str, str]:
    """Return variables with which boto3 asks only the AWS at `endpoint`, whatever files the user has in ~/.aws."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def local_variables(sandbox: Sandbox, aws_endpoint: str, state: Path) -> dict[str, str]:
    """Return variables that point the provider to a local Tavus and a local AWS; `state` is the folder of its journal."""
    return {
        **aws_variables(aws_endpoint),
        "TAVUS_BASE_URL": sandbox.url,
        "TAVUS_API_KEY": sandbox.key,
        "TAVUS_STATE_DIR": str(state),
        "NO_PROXY": "127.0.0.1,localhost",
    }


def find_foreign_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that could lead to a real account of Tavus or AWS."""
    return [name for name in environment if name.startswith(_OTHERS)]
