"""The native plugin on the real engine, from programs in TypeScript and Go with the SDKs that are generated from the schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import boto3

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, active_ids, record_call
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

HERE = Path(__file__).parent
Open = Callable[[Path, Sandbox], Stack]


def test_the_example_goes_up_and_down(recording_sandbox: Sandbox, open_project: Open, language: str) -> None:
    """A recording lies in the bucket of the component, a preview after that is clean, and destroy leaves nothing."""
    stack = open_project(ROOT / "examples" / f"recorded-call-{language}", recording_sandbox)
    stack.configure(persona_id=PERSONA, **{"aws:region": "eu-west-1"})
    # The engine warns of a host that is not in its own folder.
    warnings = [line for line in stack.up().splitlines() if "warning: " in line]
    assert [line for line in warnings if "pulumi-language-" not in line] == []
    call, bucket = stack.outputs()["conversation_id"], stack.outputs()["bucket_name"]
    record_call(recording_sandbox, call, bucket)
    stack.preview("--refresh", "--expect-no-changes")
    assert active_ids(recording_sandbox) == [call]
    stack.destroy()
    assert recording_sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_edits_an_end_and_an_import(sandbox: Sandbox, open_project: Open, language: str) -> None:
    """A persona changes in place, a call is replaced; an end shows at a refresh; what was imported changes nothing."""
    stack = open_project(HERE / language, sandbox)
    stack.pulumi("config", "set", "--secret", "key", sandbox.key)
    stack.configure(url=sandbox.url, prompt="You coach.", seconds=600)
    stack.up()
    assert stack.outputs() == {"status": "active", "found": "pcb7a34da5fe"}
    assert stack.resources()["colleague"]["provider"] != stack.resources()["coach"]["provider"]
    (first,) = active_ids(sandbox)
    stack.configure(prompt="You listen.", seconds=900)
    plan = stack.plan()
    assert {name: plan[name] for name in ("coach", "call")} == {"coach": "update", "call": "replace"}
    stack.up()
    (second,) = active_ids(sandbox)
    assert second != first
    stack.up("--expect-no-changes")
    sandbox.control.advance(3600)
    stack.refresh()
    assert stack.resources()["call"]["outputs"]["status"] == "ended"
    _import_again(stack, "colleague")
    stack.up("--expect-no-changes")
    assert f'"{sandbox.key}"' not in stack.export()
    stack.destroy()
    assert remaining_objects(sandbox) == []


def _import_again(stack: Stack, name: str) -> None:
    """Take a persona out of the state, and import it."""
    found = stack.resources()[name]
    stack.pulumi("state", "delete", "--yes", found["urn"])
    provider = f"--provider=account={found['provider'].rpartition('::')[0]}"
    stack.pulumi("import", found["type"], name, found["id"], "--yes", "--protect=false", "--generate-code=false", provider)
