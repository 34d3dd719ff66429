"""Timed command, with the processor time and memory of all processes that it starts, by role.

Several stacks at once have an engine, a program and a plugin each. Source: Linux manual page proc_pid_stat(5).
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..processes import PYTHON_ROLES, Timed, find_python_role, read_command, run_watched

_LOOK_EVERY = 0.05
"""Seconds between two looks at the processes; what one does after the last look is not counted."""
_ENGINE = ("pulumi", "pulumi-language-python")
"""Names of the engine's own programs."""
ROLES = ("engine", *PYTHON_ROLES, "other")
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Usage(Timed):
    """Usage of a command. cpu: processor seconds by role. memory: resident bytes of all, at the peak."""

    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ROLES, 0.0))
    memory: int = 0

    def values(self) -> dict[str, float]:
        """Return the values of a sample."""
        return {"seconds": self.seconds, **{f"{role}_cpu": self.cpu[role] for role in ROLES}, "all_bytes": self.memory}


def run(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> Usage:
    """Run a command and return its usage. Raises CommandError if it fails."""
    return run_watched(command, environment, folder, Usage(), _watch)


def _watch(leader: int, used: Usage, over: threading.Event) -> None:
    roles: dict[int, str] = {}
    cpu: dict[int, float] = {}
    others: set[int] = set()
    while not over.wait(_LOOK_EVERY):
        resident = [_look_at(process, roles, cpu) for process in _find_processes(leader, roles, others)]
        used.memory = max(used.memory, sum(resident))
    for process, seconds in cpu.items():
        used.cpu[roles[process]] += seconds


def _look_at(process: int, roles: dict[int, str], cpu: dict[int, float]) -> int:
    """Note what a process is and what it has used; return its resident bytes."""
    with contextlib.suppress(OSError):
        seconds, resident = _read_stat(process)
        # One that was just started is still a copy of the one that started it, and one that has ended has no name.
        roles[process] = _find_role(process) or roles.get(process, "other")
        cpu[process] = seconds
        return resident
    return 0


def _find_processes(leader: int, known: Mapping[int, str], others: set[int]) -> Iterator[int]:
    """Yield the processes of a session; `others`: those that are known to be of another one."""
    for name in os.listdir("/proc"):
        if name.isdigit() and (process := int(name)) not in others:
            with contextlib.suppress(OSError):
                if process in known or os.getsid(process) == leader:
                    yield process
                else:
                    others.add(process)


def _read_stat(process: int) -> tuple[float, int]:
    """Return the processor seconds of a process with all threads that it ever had, and its resident bytes."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]) * _PAGE


def _find_role(process: int) -> str:
    """Return the role of a process, "" if it has ended."""
    command = read_command(process)
    is_engine = Path(command.partition(" ")[0]).name in _ENGINE
    return find_python_role(command) or (command and ("engine" if is_engine else "other"))
