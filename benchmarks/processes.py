"""Timed command, with the processor time and memory of the processes that it starts, by role.

Source: Linux manual pages proc_pid_schedstat(5) and proc_pid_status(5).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

PYTHON_ROLES = {"plugin": ("-m pulumi.dynamic", "pulumi-resource-tavus"), "program": ("pulumi-language-python-exec",)}
"""Roles of the two Python processes that the engine starts, each with parts of their command lines, of which one is there."""
_LOOK_EVERY = 0.02
"""Seconds between two looks at the processes; what one does after the last look is not counted."""


class CommandError(Exception):
    """Command that failed; holds what it printed."""


@dataclass
class Timed:
    """Time of a command. seconds: wall clock."""

    seconds: float = 0.0


@dataclass
class Usage(Timed):
    """Usage of a command. cpu: processor seconds by role. memory: peak resident bytes by role."""

    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


Used = TypeVar("Used", bound=Timed)
Watch = Callable[[int, Used, threading.Event], None]
"""Function that notes what the processes of a session, given by its leader, use until the event is set."""


def run(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None = None) -> Usage:
    """Run a command and return its usage. Raises CommandError if it fails."""
    return run_watched(command, environment, folder, Usage(), _watch)


def run_watched(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None, used: Used, watch: Watch[Used]
) -> Used:
    """Run a command, let `watch` note in `used` what it uses, and return that. Raises CommandError if the command fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    with _watch_session(process.pid, used, watch):
        printed = process.communicate()[0]
        used.seconds = time.perf_counter() - began
    if process.returncode:
        raise CommandError(f"{' '.join(map(str, command))} exited with {process.returncode}:\n{printed}")
    return used


def cpu_seconds(process: int) -> float:
    """Return the processor seconds that the live threads of a process have used."""
    total = 0
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def peak_memory(process: int) -> int:
    """Return the peak of a process's resident bytes, 0 if it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def _watch_session(leader: int, used: Used, watch: Watch[Used]) -> Iterator[None]:
    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(leader, used, over))
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(leader: int, used: Usage, over: threading.Event) -> None:
    found: dict[str, int] = {}
    while not over.wait(_LOOK_EVERY):
        if len(found) < len(PYTHON_ROLES):
            found.update(_roles(leader))
        for role, process in found.items():
            used.cpu[role] = max(used.cpu.get(role, 0.0), cpu_seconds(process))
            used.memory[role] = max(used.memory.get(role, 0), peak_memory(process))


def _roles(leader: int) -> dict[str, int]:
    """Return the processes of a command that have a role; plugins have process groups of their own, but the command's session."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(folder.name)) == leader:
                role = find_python_role(read_command(int(folder.name)))
                found.update({role: int(folder.name)} if role else {})
    return found


def read_command(process: int) -> str:
    """Return the command line of a process, "" if it has ended. Raises OSError if it is gone."""
    return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")


def find_python_role(command: str) -> str | None:
    """Return the role of a process of Python by its command line; None for others."""
    return next((role for role, parts in PYTHON_ROLES.items() if any(part in command for part in parts)), None)
