"""Users' own tests, run by pytest in a process of their own: the example, the page about testing, and what fails them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.documented import collect_programs, mock_examples
from tools.stacks import ROOT, engine

CONFTEST = 'pytest_plugins = ["tavus_provider.testing.fixtures"]\n'
LEFT = """
import pulumi
import tavus_provider as tavus

KEPT = pulumi.ResourceOptions(retain_on_delete=True)

def test_that_leaves_a_call(tavus_stack):
    tavus_stack(lambda: tavus.Conversation("call", KEPT, persona_id="pcb7a34da5fe")).up()

def test_that_fails(tavus_stack, tavus_sandbox):
    tavus_stack(lambda: tavus.Conversation("call", persona_id="pcb7a34da5fe")).up()
    assert tavus_sandbox.control.books()["active"] == 0

def test_that_reads_a_call_of_others(tavus_stack, tavus_sandbox):
    seeded = tavus_sandbox.control.seed(conversations=[{}])["conversations"][0]["conversation_id"]
    steps = tavus_stack(lambda: tavus.Conversation.get("call", seeded)).up().steps
    assert steps["Conversation", "call"] == "read"
"""
"""Tests of a user: one leaves a call active, one fails while a call is active, one reads a call."""


@pytest.fixture
def run_pytest(tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs pytest in a folder and returns what it printed."""

    def run(folder: Path, *args: str, path: str = "", code: int = 0) -> str:
        environment = {
            **os.environ,
            "PATH": path or os.pathsep.join([str(engine()), os.environ["PATH"]]),
            "PULUMI_HOME": str(tmp_path / "home"),
            # Otherwise the engine looks on the internet for the plugin of each Pulumi package that happens to be installed.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        command = [sys.executable, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *args]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_tests_of_the_example_pass(run_pytest: Callable[..., str], tmp_path: Path) -> None:
    """Whoever copies the folder has a program and tests that pass."""
    folder = Path(shutil.copytree(ROOT / "examples" / "tested", tmp_path / "tested"))
    assert re.search(r"\b5 passed", run_pytest(folder))


def test_every_block_of_the_page_about_testing_passes(run_pytest: Callable[..., str], tmp_path: Path) -> None:
    """Each block in Python is a file of tests, except the one line of conftest.py."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), flags=re.DOTALL)
    tests = [block for block in blocks if "def test_" in block]
    assert [block for block in blocks if block not in tests] == [CONFTEST]
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for number, block in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(block)
    assert re.search(rf"\b{len(tests)} passed", run_pytest(tmp_path))


def test_a_call_that_is_left_active_fails_the_test(run_pytest: Callable[..., str], tmp_path: Path) -> None:
    """A test that fails itself leaves nothing, because its stack is destroyed; a call that others own is no reason to fail."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_left.py").write_text(LEFT)
    printed = run_pytest(tmp_path, code=1)
    assert "ERROR test_left.py::test_that_leaves_a_call" in printed
    assert "conversations were left active, which Tavus would bill: c" in printed
    assert re.search(r"\b1 failed, 2 passed, 1 error", printed)
    assert "ERROR test_left.py::test_that_fails" not in printed


def test_without_an_engine_the_test_says_what_to_install(run_pytest: Callable[..., str], tmp_path: Path) -> None:
    """The failure is one sentence, which says how to install the engine."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text("def test_it(tavus_stack):\n    tavus_stack(lambda: None)\n")
    printed = run_pytest(tmp_path, path=str(Path(sys.executable).parent), code=1)
    assert "there is no `pulumi` on PATH: install it, see https://www.pulumi.com/docs/install/" in printed


def test_mocks_answer_as_the_engine_and_the_local_tavus(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> None:
    """Each resource has outputs of the same names and types, and ids of the same form."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    stack = new_stack(recording_sandbox)
    stack.program("\n".join(collect_programs("python")))
    stack.up()
    state = json.loads(stack.export())["deployment"]["resources"]
    made = [each for each in state if each["custom"] and "dynamic/tavus:" in each["type"]]
    real = {(each["type"].rpartition(":")[2], each["urn"].rpartition("::")[2]): each["outputs"] for each in made}
    mocked = {(each["type"], each["name"]): each["outputs"] for each in mock_examples()}
    pairs = {key: (describe(each), describe(mocked[key])) for key, each in real.items()}
    assert [(*key, {*one.items()} ^ {*other.items()}) for key, (one, other) in pairs.items() if one != other] == []
    stack.destroy()


def describe(outputs: object) -> dict[str, str]:
    """Return the types of outputs, and the form of ids."""
    assert isinstance(outputs, dict)
    shown = {name: value for name, value in outputs.items() if not name.startswith("__") and value not in (None, "")}
    return {name: describe_value(name, value) for name, value in shown.items()}


def describe_value(name: str, value: object) -> str:
    """Return the type of a value; of an id, the part that is not a digit."""
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    return f"{kind} {re.sub('[0-9a-f]{7,}', '#', str(value))}" if name.endswith("_id") else kind
