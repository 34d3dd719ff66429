"""The example fleet: a room for each row of a CSV, in one stack or in several side by side."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_example
from tests.real_engine.stack import Stack, errors
from tests.support.conversations import PERSONA

HEAD = "key,persona_id,language,minutes,greeting\n"
ROOMS = [f"room-{number},{PERSONA},English,30,Hello {number}" for number in range(6)]
MISTAKES = [
    (f"a,{PERSONA},English,30,\nb,{PERSONA},English,30,\na,{PERSONA},German,30,", ["line 4: the key 'a' is in line 2 already"]),
    (f",{PERSONA},English,30,", ["line 2: the key is empty"]),
    (f"a::b,{PERSONA},English,30,", ["line 2: the key 'a::b' must have letters, digits, dots, hyphens and underscores only"]),
    (f"a,{PERSONA},English,30", ["line 2: there must be 5 cells, not 4"]),
    (
        f'a,{PERSONA},English,30,"two\nlines"\nb,,English,half an hour,',
        ["line 4: the persona_id is empty", "line 4: minutes must be a whole number from 1 on, not 'half an hour'"],
    ),
]
"""Rows with mistakes, and the mistakes."""


@pytest.fixture
def stack(sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> Stack:
    """Return a stack of the example, with the rooms of this test."""
    made = new_stack(sandbox, project=copy_example("fleet", tmp_path / "copy"))
    write(made, *ROOMS)
    return made


def write(stack: Stack, *rows: str) -> None:
    """Write these rows into the file."""
    (stack.project / "rooms.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows))


def run_fleet(stack: Stack, *args: str, code: int = 0) -> list[str]:
    """Run `fleet.py ARGS` as a user does; return the lines that it printed."""
    done = subprocess.run(
        [".venv/bin/python", "fleet.py", *args],
        cwd=stack.project,
        env={name: value for name, value in stack.variables().items() if name != "PULUMI_STACK"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout.splitlines()


def room_names(sandbox: Sandbox) -> list[str]:
    """Return the resource of each active room, which its name begins with."""
    rooms = sandbox.control.conversations()
    return sorted(room["conversation_name"].rpartition("-")[0] for room in rooms if room["status"] == "active")


def test_a_row_concerns_its_own_room_only(sandbox: Sandbox, stack: Stack) -> None:
    """In one stack: what is added is created, what is dropped ends, what is edited is replaced, and order means nothing."""
    stack.up()
    sandbox.control.advance(1799)
    assert len(room_names(sandbox)) == len(ROOMS)  # each waits for its participants
    write(stack, *reversed(ROOMS))
    stack.preview("--expect-no-changes")
    write(stack, *ROOMS[:2], f"new,{PERSONA},French,30,", *ROOMS[2:])
    assert stack.plan() == {"new": "create"}
    write(stack, *ROOMS[1:])
    assert stack.plan() == {"room-0": "delete"}
    write(stack, ROOMS[0].replace("English", "German"), *ROOMS[1:])
    assert stack.plan() == {"room-0": "replace"}
    stack.destroy()
    assert room_names(sandbox) == []


def test_the_example_s_own_rows_are_rooms(sandbox: Sandbox, new_stack: Callable[..., Stack], tmp_path: Path) -> None:
    """The file of the example is right, with its quotes, and a spreadsheet's mark at its beginning is no part of it."""
    stack = new_stack(sandbox, project=copy_example("fleet", tmp_path / "original"))
    rooms = stack.project / "rooms.csv"
    rooms.write_text("\ufeff" + rooms.read_text(), encoding="utf-8")
    assert stack.plan() == dict.fromkeys(("berlin", "paris", "london", "madrid"), "create")


def test_mistakes_name_file_and_line(sandbox: Sandbox, stack: Stack) -> None:
    """Each mistake of a file has its own line, in the program and in the command alike, and no stack is made."""
    for rows, mistakes in MISTAKES:
        write(stack, rows)
        assert run_fleet(stack, "up", "--stacks", "2", code=1) == [f"rooms.csv, {mistake}" for mistake in mistakes]
    (error,) = errors(stack.preview(fails=True))
    assert "rooms.csv, line 4: the persona_id is empty" in error
    (stack.project / "rooms.csv").write_text("key;persona_id\n")
    (line,) = run_fleet(stack, "up", "--stacks", "2", code=1)
    assert line == "rooms.csv, line 1: the columns must be key,persona_id,language,minutes,greeting"
    assert sandbox.control.calls() == []


def test_several_stacks_go_up_side_by_side(sandbox: Sandbox, stack: Stack) -> None:
    """Each stack tells its progress; a new row changes one stack; a failed one stops no other; down leaves nothing."""
    sandbox.control.inject("create", status=400, json={"message": "Invalid something"}, contains="Hello 3")
    printed = run_fleet(stack, "up", "--stacks", "3", code=1)
    (failed,) = [line for line in printed if "error: " in line]
    assert "room-3" in failed
    assert "Tavus answered 400" in failed
    created = {line.rpartition(" ")[2] for line in printed if ": create " in line}
    assert sorted(created) == room_names(sandbox) == [f"room-{number}" for number in range(6) if number != 3]

    printed = run_fleet(stack, "up", "--stacks", "3")
    assert [line for line in printed if ": create " in line] == [f"{failed.partition(':')[0]}: create room-3"]
    assert len([line for line in printed if ": done in " in line]) == 3
    write(stack, *ROOMS, f"new,{PERSONA},French,30,")
    before = len(sandbox.control.conversations())
    printed = run_fleet(stack, "up", "--stacks", "3")
    assert [line.partition(": ")[2] for line in printed if ": create " in line or ": delete " in line] == ["create new"]
    assert len(sandbox.control.conversations()) == before + 1

    (refused,) = run_fleet(stack, "up", "--stacks", "4", code=1)
    assert refused == "the fleet has 3 stacks: run `up --stacks 3`, or `down` before another number"
    run_fleet(stack, "down")
    assert room_names(sandbox) == []
    assert [path.name for path in stack.project.glob("Pulumi.fleet-*")] == []
