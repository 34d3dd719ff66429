"""Stack of the real engine as a walk uses it: its commands may fail, or be killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from tests.real_engine.stack import Stack, plugin_processes, session_processes
from tools.stacks import pulumi


@dataclass
class EngineStack:
    """Stack of the real engine, and its command that runs."""

    stack: Stack
    process: subprocess.Popen[bytes] | None = None
    killed: Event = field(default_factory=Event)

    def run(self, command: str, program: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Run a command; return its output if it failed."""
        if command == "up":
            self.stack.program("".join(f"tavus.Conversation({name!r}, **{args!r})\n" for name, args in program.items()))
        log = self.stack.state / "log"
        self.killed.clear()
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [pulumi(), command, "--yes", "--skip-preview", "--non-interactive"],
                cwd=self.stack.project,
                env=self.stack.variables(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            code = self.process.wait()
        if code == -signal.SIGKILL:
            self.killed.wait()
            self.stack.pulumi("cancel", "--yes")
        return [log.read_text()] if code else []

    def kill(self, victim: str) -> None:
        """`kill -9` the plugin, or the engine with all that it started."""
        assert self.process
        victims = plugin_processes(self.process.pid) if victim == "plugin" else session_processes(self.process.pid)
        for each in victims:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.killed.set()

    def ids(self) -> set[str]:
        """Return the ids of what the state has and what is not deleted."""
        return {each["id"] for each in self.stack.resources().values() if not each.get("pendingReplacement")}
