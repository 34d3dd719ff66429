"""The examples of the resources' pages."""

from __future__ import annotations

import json

import boto3

import tavus_provider
from tavus_provider.native.registry import MODULE, component_tokens, resource_tokens
from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.objects import remaining_objects
from tools.programs.usage import write_programs

TOKENS = (*resource_tokens(), *component_tokens())
"""Types that have one."""


def documented_class(token: str) -> type:
    """Return the class of a type."""
    found: type = getattr(tavus_provider, token.removeprefix(MODULE))
    return found


def collect_programs(language: str) -> list[str]:
    """Return the example of each resource in a language."""
    return [write_programs(documented_class(token))[language] for token in TOKENS]


def check_from_up_to_destroy(stack: Stack, sandbox: Sandbox) -> str:
    """Check that all examples go up, that a second run changes nothing, and that nothing is left; return what `up` printed."""
    printed = stack.up()
    state = json.loads(stack.export())["deployment"]["resources"]
    assert {token.removeprefix(MODULE) for token in TOKENS} <= {each["type"].rpartition(":")[2] for each in state}
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []
    assert sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    return printed
