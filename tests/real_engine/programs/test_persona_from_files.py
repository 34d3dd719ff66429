"""The example persona-from-files: three stacks of one program, whose persona is written in files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack, errors
from tests.support.objects import remaining_objects

STACKS = ("dev", "stage", "prod")
BROKEN = [
    ('[{"name": "find_order",]', "tools.json is not JSON: Expecting property name enclosed in double quotes: line 1 column 24"),
    ('{"name": "find_order"}', 'tools.json must be a list of objects, each with a "name"'),
    ('[{"description": "Find an order."}]', 'tools.json must be a list of objects, each with a "name"'),
    ('[{"name": "a", "descripton": "b"}]', "Tool has no input named descripton"),
]
"""What may be wrong in tools.json, and what the one error says."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example."""
    return copy_example("persona-from-files", tmp_path / "copy")


def test_each_stack_has_its_own_persona_and_settings(sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path) -> None:
    """Three stacks go up side by side in one account; an edit of the prompt changes each persona in place, and no call."""
    stacks = [new_stack(sandbox, name, project=folder) for name in STACKS]
    with ThreadPoolExecutor(len(STACKS)) as pool:
        list(pool.map(Stack.up, stacks))
    bodies = [
        call["body"] for call in sandbox.control.calls() if call["path"] == "/v2/conversations" and call["method"] == "POST"
    ]
    assert sorted(body["properties"]["max_call_duration"] for body in bodies) == [300, 600, 1800]
    assert [body.get("test_mode") for body in bodies if body["properties"]["max_call_duration"] == 300] == [True]
    assert sandbox.control.books()["active"] == 2
    tools = {each["name"] for each in sandbox.control.objects("tools")}
    assert tools == {f"{tool}_{name}" for tool in ("find_order", "call_colleague") for name in STACKS}
    models = {
        each["persona_name"]: each["layers"]["llm"]["model"] for each in remaining_objects(sandbox) if "persona_name" in each
    }
    assert models == {
        "Clerk (dev)": "tavus-gpt-oss",
        "Clerk (stage)": "tavus-gpt-oss",
        "Clerk (prod)": "tavus-claude-haiku-4.5",
    }

    prompt = folder / "prompt.md"
    prompt.write_text(prompt.read_text().replace("a shop", "a shop for shoes"))
    dev = stacks[0]
    assert dev.plan() == {"clerk": "update"}
    dev.up()
    dev.preview("--expect-no-changes")
    prompts = [each["system_prompt"] for each in remaining_objects(sandbox) if "persona_name" in each]
    assert ["a shop for shoes" in each for each in prompts].count(True) == 1

    with ThreadPoolExecutor(len(STACKS)) as pool:
        list(pool.map(Stack.destroy, stacks))
    assert (sandbox.control.books()["active"], remaining_objects(sandbox)) == (0, [])


@pytest.mark.parametrize(("text", "message"), BROKEN)
def test_a_mistake_in_the_file_of_tools_is_one_error(
    sandbox: Sandbox, new_stack: Callable[..., Stack], folder: Path, text: str, message: str
) -> None:
    """The error names the file, or the input, and nothing is created."""
    (folder / "tools.json").write_text(text)
    stack = new_stack(sandbox, project=folder)
    (error,) = errors(stack.up(fails=True))
    assert message in error
    assert sandbox.control.calls() == []
