"""The examples of the resources' pages."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import boto3
import pulumi.runtime

import tavus_provider
from tavus_provider.native.registry import MODULE, component_tokens, resource_tokens
from tavus_provider.sandbox import Sandbox
from tavus_provider.testing import TavusMocks
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


def declare_examples() -> None:
    """Declare everything that the examples of the resources' pages declare, in this process."""
    program = "import pulumi\nimport tavus_provider as tavus\n\n" + "\n".join(collect_programs("python"))
    exec(program, {"__name__": "__main__"})  # noqa: S102  # our own pages


def mock_examples(plugin: str = "dynamic") -> list[dict[str, Any]]:
    """Return the resources of the examples under mocks, and leave Pulumi's runtime without them."""
    try:
        mocks = TavusMocks().run(declare_examples, config={"tavus:plugin": plugin})
        return [asdict(each) for each in mocks.resources if ":" not in each.type]
    finally:
        pulumi.runtime.set_all_config({})
        pulumi.runtime.settings.reset_options()
