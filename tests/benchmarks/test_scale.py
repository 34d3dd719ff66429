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


def test_a_small_run_counts_and_reads_everything(tmp_path: Path) -> None:
    """Two stacks side by side and one, files and S3: each conversation is created, recorded and ended once; all are listed."""
    output = tmp_path / "samples.json"
    command = [sys.executable, "-m", "benchmarks.scale", "--quick", "--output", str(output)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = Results.load(output)
    check_counts(results)
    check_roles(results)
    check_reads(results)
    page = output.with_name(PAGE.name).read_text()
    assert page == fill_tables(PAGE.read_text(), results, TABLES)
    assert "| 8 | 2 of about 4 | at the end | 8 | 8 | 0 | 8 | 0 |" in page


def check_counts(results: Results) -> None:
    """Each is created and ended once, a state has each, and none is left."""
    for group, size in (("fleet", 8), ("backends", 2)):
        for value, what, expected in (
            ("calls", "up", size),
            ("lost", "up", 0),
            ("calls", "destroy", size),
            ("left", "destroy", 0),
        ):
            assert results.values(value, group=group, what=what) == [expected] * 2
    assert all(results.values("state_calls", kind="S3 end"))


def check_roles(results: Results) -> None:
    """Two stacks have two engines and programs, which take more than those of one; both have plugins."""
    for role in ("engine", "program"):
        one, two = (results.values(f"{role}_cpu", group="fleet", what="up", parallel=stacks)[0] for stacks in (1, 2))
        assert 0 < one < two
    assert all(results.values("plugin_cpu", group="fleet", what="up"))


def check_reads(results: Results) -> None:
    """Lookups and commands print each conversation, or each one that no state has; a program has each object."""
    found = {each.kind: each.values["found"] for each in results.samples if each.group == "paging"}
    others = found.pop("`tavus-provider export --all`, no other objects")
    assert list(found.values()) == [150, 1, 150, 15, others + 2, others + 2]


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
