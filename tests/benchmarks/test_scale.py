"""Measurement of hundreds and thousands: it runs, counts what the local Tavus counts, and its page shows its samples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.page import fill_tables
from benchmarks.processes import CommandError
from benchmarks.samples import Results
from benchmarks.scale.__main__ import PAGE
from benchmarks.scale.options import KEPT, QUICK, parse
from benchmarks.scale.tables import TABLES
from benchmarks.scale.usage import run
from tools.stacks import ROOT


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file with the samples of a small run."""
    output = tmp_path_factory.mktemp("scale") / "samples.json"
    command = [sys.executable, "-m", "benchmarks.scale", "--quick", "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def test_every_conversation_is_counted(quick: Path) -> None:
    """Side by side and alone, in files and in S3: each is created and ended once, a state has each, and none is left."""
    results = Results.load(quick)
    for group, size in (("fleet", 8), ("backends", 2)):
        for value, what, expected in (
            ("calls", "up", size),
            ("lost", "up", 0),
            ("calls", "destroy", size),
            ("left", "destroy", 0),
        ):
            assert results.values(value, group=group, what=what) == [expected] * 2
    assert all(results.values("state_calls", kind="S3 end"))


def test_the_work_of_every_stack_is_counted(quick: Path) -> None:
    """Two stacks have two engines, programs and plugins, which take more than those of one."""
    results = Results.load(quick)
    for role in ("engine", "plugin", "program"):
        one, two = (results.values(f"{role}_cpu", group="fleet", what="up", parallel=stacks)[0] for stacks in (1, 2))
        assert 0 < one < two


def test_everything_that_an_account_has_is_read(quick: Path) -> None:
    """Lookups and commands print each conversation, and each one that no state has; a program has each object."""
    results = Results.load(quick)
    found = {each.kind: each.values["found"] for each in results.samples if each.group == "paging"}
    others = found.pop("`tavus-provider export --all`, no other objects")
    assert list(found.values()) == [150, 1, 150, 15, others + 2, others + 2]


def test_a_run_shows_its_own_numbers(quick: Path) -> None:
    """The page of a small run lies beside its samples, with a value in every row."""
    page = quick.with_name(PAGE.name).read_text()
    assert page == fill_tables(PAGE.read_text(), Results.load(quick), TABLES)
    assert "| 8 | 2 of about 4 | at the end | 8 | 8 | 0 | 8 | 0 |" in page


def test_only_a_run_of_everything_changes_the_page() -> None:
    """A part of the measurement leaves its samples and tables aside."""
    assert parse([]).output == KEPT
    assert parse(["--sizes", "100"]).output != KEPT
    assert QUICK.output != KEPT


def test_the_page_shows_what_was_measured() -> None:
    """Its tables are those of the stored samples, and each table has a place."""
    text = PAGE.read_text()
    assert fill_tables(text, Results.load(KEPT), TABLES) == text
    assert all(f"<!-- begin {name} -->" in text for name in TABLES)


def test_usage_has_the_time_of_processes_that_have_ended(tmp_path: Path) -> None:
    """Processor time is that of a command and of all that it starts, and its memory that of all at once."""
    large = "kept = b'x' * 50_000_000"
    busy = f"import time; {large}; began = time.process_time()\nwhile time.process_time() < began + 0.5: pass"
    both = f"import subprocess, sys; {large}; [subprocess.run([sys.executable, '-c', {busy!r}]) for _ in range(2)]"
    used = run([sys.executable, "-c", both], {}, tmp_path)
    assert 0.7 < used.cpu["other"] < 3
    assert used.memory > 100_000_000
    with pytest.raises(CommandError, match="exited with 3:\nno such stack"):
        run([sys.executable, "-c", "print('no such stack'); raise SystemExit(3)"], {}, tmp_path)
