"""Timed command, with the processor time and memory of the processes that it starts, by role.

Source: Linux manual pages proc_pid_schedstat(5) and proc_pid_status(5).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ROLES = {"plugin": ("-m pulumi.dynamic", "pulumi-resource-tavus"), "program": ("pulumi-language-python-exec",)}
"""Roles of the two Python processes that the engine starts, each with parts of their command lines, of which one is there."""
_LOOK_EVERY = 0.02
"""Seconds between two looks at the processes; what one does after the last look is not counted."""


class CommandError(Exception):
    """Command that failed; holds what it printed."""


@dataclass
class Usage:
    """Usage of a command. seconds: wall clock. cpu: processor seconds by role. memory: peak resident bytes by role."""

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


def run(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path | None = None) -> Usage:
    """Run a command and return its usage. Raises CommandError if it fails."""
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
    with _watch_session(process.pid) as used:
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
def _watch_session(leader: int) -> Iterator[Usage]:
    used, over = Usage(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(leader, used, over))
    watcher.start()
    try:
        yield used
    finally:
        over.set()
        watcher.join()


def _watch(leader: int, used: Usage, over: threading.Event) -> None:
    found: dict[str, int] = {}
    while not over.wait(_LOOK_EVERY):
        if len(found) < len(_ROLES):
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
                command = (folder / "cmdline").read_text().replace("\0", " ")
                found.update({role: int(folder.name) for role, parts in _ROLES.items() if any(map(command.__contains__, parts))})
    return found
