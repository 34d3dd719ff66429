"""Stacks on the real engine, the three numbers at the end (lost, duplicates, left), and the command that replays a failure."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.faults.tally import Tally
from tests.real_engine.conftest import initialized_project, new_stack, stack

__all__ = ["initialized_project", "new_stack", "stack"]

_PREFIX = "tally "


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Iterator[Tally]:
    """Return the tally of a test; the test fails where any conversation was lost, duplicated or left."""
    found = Tally()
    yield found
    for name, number in found.numbers().items():
        record_property(f"{_PREFIX}{name}", number)
    assert (found.lost, found.duplicates, found.left) == ([], [], [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tallies of all tests together, and the command that runs a failed test again."""
    total: Counter[str] = Counter()
    for report in _reports(terminalreporter, *terminalreporter.stats):
        if report.when == "teardown":
            total.update({name.removeprefix(_PREFIX): value for name, value in _counts(report)})
    settings = "".join(f"{name}={os.environ[name]} " for name in ("WALKS", "WALKS_ON_ENGINE") if name in os.environ)
    plugin = terminalreporter.config.getoption("--plugin")
    for failed in dict.fromkeys(report.nodeid for report in _reports(terminalreporter, "failed", "error")):
        terminalreporter.write_line(f'Replay it: {settings}.venv/bin/pytest --plugin {plugin} "{failed}"', red=True)
    if total:
        terminalreporter.write_line(
            f"{total['cells']} cases: {total['lost']} lost, {total['duplicates']} duplicates, {total['left']} left", bold=True
        )


def _reports(terminalreporter: pytest.TerminalReporter, *outcomes: str) -> Iterator[pytest.TestReport]:
    for outcome in outcomes:
        for report in terminalreporter.stats.get(outcome, ()):
            if isinstance(report, pytest.TestReport) and report.nodeid.startswith("tests/faults/"):
                yield report


def _counts(report: pytest.TestReport) -> Iterator[tuple[str, int]]:
    for name, value in report.user_properties:
        if name.startswith(_PREFIX) and isinstance(value, int):
            yield name, value
