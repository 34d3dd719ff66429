"""One deployment for all scanners, and a table of their findings at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import clear_environment
from tests.support.aws.local import empty_aws, point_boto3_to

from .deployment import Deployed, deploy
from .findings import Finding
from .scanners import SCANNERS

COLUMNS = ("scanner", "checks", "passed", "accepted", "failed", "naive: failed")


@dataclass(frozen=True)
class Scan:
    """Findings of a scanner, on our storage and on the naive one."""

    scanner: str
    ours: list[Finding]
    naive: list[Finding]


@pytest.fixture(scope="session")
def deployed(moto_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Deploy both storages to an empty AWS, to which the environment points until all scans are done."""
    with pytest.MonkeyPatch.context() as environment:
        clear_environment(environment)
        empty_aws(moto_server)
        point_boto3_to(moto_server, environment)
        yield deploy(tmp_path_factory.mktemp("deployment"))


@pytest.fixture(scope="session", params=SCANNERS)
def scan(request: pytest.FixtureRequest, deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Return the findings of each scanner in turn."""
    found = list(SCANNERS[request.param](deployed, tmp_path_factory.mktemp(request.param)))
    ours, naive = ([each for each in found if each.resource in things.arns] for things in (deployed.ours, deployed.naive))
    return Scan(request.param, ours, naive)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a row for each scanner, as its tests recorded it."""
    reports = [each for reports in terminalreporter.stats.values() for each in reports if isinstance(each, pytest.TestReport)]
    rows: list[Any] = [value for each in reports if each.when == "call" for name, value in each.user_properties if name == "scan"]
    for row in [COLUMNS, *rows] if rows else []:
        terminalreporter.write_line(f"{row[0]:<13}" + "".join(f"{value:>15}" for value in row[1:]), bold=True)
