"""Local Tavus and local AWS whose calls take time, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tavus_provider.sandbox.control.client import ControlClient

from .processes import cpu_seconds

SCRIPTS = Path(__file__).parent / "scripts"


@dataclass
class LocalTavus:
    """Sandbox whose clock stands still, so that no conversation ends by itself while others are created."""

    url: str
    key: str
    control: ControlClient
    process: int

    def restart(self, delay: float) -> None:
        """Forget everything; from now on each call takes `delay` seconds longer."""
        self.control.reset()
        if delay:
            self.control.inject(delay=delay, times=None)

    def cpu(self) -> float:
        """Return the processor seconds that it has used."""
        return cpu_seconds(self.process)

    def calls(self) -> Counter[str]:
        """Return the number of calls since the restart, by method."""
        return Counter(call["method"] for call in self.control.calls())


@dataclass
class LocalAws:
    """Server of moto; each call takes a fixed time longer and appends a line to `log`."""

    url: str
    log: Path

    def calls(self) -> int:
        """Return how often it was asked."""
        return self.log.read_text().count("\n")


@contextmanager
def local_tavus() -> Iterator[LocalTavus]:
    """Run a local Tavus."""
    command: list[str | Path] = [Path(sys.prefix, "bin", "tavus-provider"), "sandbox", "--speed", "0"]
    with _run_server(command) as (process, line), ControlClient(line.split(" at ")[1].split()[0]) as control:
        yield LocalTavus(line.split(" at ")[1].split()[0], "sandbox", control, process)


@contextmanager
def local_aws(delay: float, log: Path) -> Iterator[LocalAws]:
    """Run a local AWS whose calls take `delay` seconds longer."""
    log.write_text("")
    command: list[str | Path] = [sys.executable, SCRIPTS / "aws_server.py", str(delay), log]
    with _run_server(command) as (_, line):
        yield LocalAws(line.strip(), log)


@contextmanager
def _run_server(command: list[str | Path]) -> Iterator[tuple[int, str]]:
    """Run a server for as long as the body runs; yield its process and the first line that it prints."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.pid, process.stdout.readline()
        finally:
            process.terminate()
