"""A stack of every resource passes from the dynamic provider to the native plugin without a call being hung up."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from tavus_provider.native.registry import resource_tokens
from tavus_provider.sandbox import Sandbox
from tavus_provider.version import __version__
from tests.frozen.world import FOLDER, KEY, LLM_KEY, SECOND_KEY, World, create, create_by_hand, set_program
from tests.real_engine.stack import CommandError, Stack
from tests.support.conformance import find_deviations

PATH = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
PROGRAM = (FOLDER / __version__ / "program.txt").read_text()


@pytest.fixture
def world(aws: str) -> Iterator[World]:
    """Return two accounts of Tavus and an empty AWS."""
    with Sandbox(key=KEY) as first, Sandbox(key=SECOND_KEY) as second:
        yield World(first, second)


@pytest.fixture
def native(stack: Stack) -> Stack:
    """Return a stack whose resources the native plugin serves."""
    stack.environment["PATH"] = PATH
    stack.configure(**{"tavus:plugin": "native"})
    return stack


@pytest.fixture
def everything(world: World, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack of every resource, which finds the native plugin on PATH and has not gone up yet."""
    stack = new_stack(world.first)
    set_program(stack, PROGRAM, world.environment(create_by_hand(world.first), create_by_hand(world.first)))
    stack.environment["PATH"] = PATH
    return stack


def test_the_native_plugin_takes_over_what_the_dynamic_provider_made(world: World, everything: Stack) -> None:
    """The change of plugin replaces nothing and ends no call; refresh, edit and destroy work from then on."""
    everything.up()
    opened, objects = world.active_ids(), world.remaining_objects()
    everything.configure(**{"tavus:plugin": "native"})
    plan = everything.plan()
    # What is only read has no state to keep: it is read again, under its new type.
    assert plan.pop("read") == "discard"
    assert set(plan.values()) == {"update"}
    everything.up()
    assert (world.active_ids(), world.remaining_objects()) == (opened, objects)
    everything.preview("--expect-no-changes")
    everything.refresh()
    everything.preview("--expect-no-changes")

    before = world.active_ids()
    everything.pulumi("config", "set", "tavus:plugin", "dynamic")
    assert "the native plugin serves it, and the dynamic provider cannot take it back" in everything.up(fails=True)
    assert world.active_ids() == before
    everything.configure(**{"tavus:plugin": "native"})

    everything.environment["EDIT"] = " anew"
    # The refused run had declared the other kind of provider, and read what is only read.
    assert {step for name, step in everything.plan().items() if name not in ("second", "read")} == {"update"}
    everything.up()
    assert (world.active_ids(), world.remaining_objects()) == (opened, objects)
    everything.destroy()
    assert world.remaining_objects() == [{}, {}]
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_a_stack_of_the_native_plugin_from_the_start(world: World, everything: Stack) -> None:
    """The same program goes up, previews clean, has no secret in its state, replaces what has to be, and goes down."""
    everything.configure(**{"tavus:plugin": "native"})
    assert "not declared any more" not in everything.up()
    everything.up("--refresh", "--expect-no-changes")
    exported = everything.export()
    assert not [secret for secret in (LLM_KEY, SECOND_KEY) if secret in exported]
    assert everything.outputs()["url"].startswith("http")
    shown = json.loads(everything.pulumi("stack", "export", "--show-secrets"))["deployment"]["resources"]
    assert not [each["type"] for each in shown if "pulumi-python" in each["type"]]
    served = [each for each in shown if each["type"].startswith("tavus:index:")]
    assert len({each["type"] for each in served}) == len(resource_tokens())
    assert [deviation for each in served for deviation in find_deviations(each["type"], each.get("outputs", {}))] == []

    opened = world.active_ids()
    everything.environment["TALK"] = "English"
    assert "replace" in everything.plan().values()
    everything.up()
    assert len(world.active_ids()) == len(opened)
    everything.destroy()
    assert world.remaining_objects() == [{}, {}]


def test_options_that_only_the_native_plugin_honors(sandbox: Sandbox, native: Stack) -> None:
    """What exists is imported by `import_`; `replace_on_changes` and `ignore_changes` take the names of the program."""
    persona = create(sandbox, "/v2/personas", {"persona_name": "Coach", "system_prompt": "You coach."})
    native.program(
        f"opts = pulumi.ResourceOptions(import_={persona!r})\n"
        "tavus.Persona('coach', persona_name='Coach', system_prompt='You coach.', opts=opts)\n"
    )
    native.up()
    assert [call["method"] for call in sandbox.control.calls()[1:] if call["method"] != "GET"] == []
    declaration = "tavus.Persona('coach', persona_name='Trainer', system_prompt='You train.', opts=opts)\n"
    native.program("opts = pulumi.ResourceOptions(ignore_changes=['system_prompt', 'persona_name'])\n" + declaration)
    assert native.plan() == {}
    native.program("opts = pulumi.ResourceOptions(replace_on_changes=['system_prompt'])\n" + declaration)
    assert native.plan() == {"coach": "replace"}


def test_attributes_are_those_of_the_dynamic_provider(native: Stack) -> None:
    """Outputs, inputs and members of inputs have the names of the program; what is free of form stays as it is."""
    native.program(
        "coach = tavus.Persona('coach', system_prompt='You coach.', llm={'model': 'm', 'extra_body': {'top_p': 1, 'topK': 2}})\n"
        "call = tavus.Conversation('call', persona=coach, replica_id='r90bbd427f71', max_call_duration=600)\n"
        "pulumi.export('llm', coach.llm)\npulumi.export('url', call.conversation_url)\n"
        "pulumi.export('longest', call.max_call_duration)\n"
    )
    native.up()
    outputs = native.outputs()
    assert outputs["llm"] == {"model": "m", "extra_body": {"top_p": 1, "topK": 2}}
    assert (outputs["longest"], outputs["url"].startswith("http")) == (600, True)


def test_a_wrong_choice_of_a_plugin_is_one_line(native: Stack) -> None:
    """The error for a misspelled plugin names both choices."""
    native.pulumi("config", "set", "tavus:plugin", "nativ")
    native.program("tavus.Persona('coach', system_prompt='You coach.')")
    assert "tavus:plugin must be dynamic or native, not 'nativ'" in native.preview(fails=True)


def test_an_import_into_a_program_in_python(sandbox: Sandbox, native: Stack) -> None:
    """The command of the pages imports; what an older language host cannot do is to print the program, as the pages say."""
    coach = sandbox.control.seed(personas=[{"persona_name": "Coach", "system_prompt": "You coach."}])["personas"][0]
    command = ("import", "tavus:index:Persona", "coach", coach["persona_id"], "--yes", "--protect=false")
    native.program("")
    native.pulumi(*command, "--generate-code=false")
    native.program("tavus.Persona('coach', persona_name='Coach', system_prompt='You coach.')\n")
    native.up("--expect-no-changes")
    native.pulumi("state", "delete", "--yes", native.resources()["coach"]["urn"])
    try:
        native.pulumi(*command)
    except CommandError as error:
        if "method GenerateProgram not implemented" not in str(error):
            raise
    assert native.resources()["coach"]["id"] == coach["persona_id"]
