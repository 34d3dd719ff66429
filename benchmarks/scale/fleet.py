"""Group "fleet": the example fleet, with all rooms in one stack and in stacks side by side."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.stacks import ROOT

from ..samples import Sample
from ..stacks import ARGS, Workspace
from .options import Options
from .usage import run

WRITTEN: dict[str, dict[str, str]] = {"end": {"PULUMI_SKIP_CHECKPOINTS": "true"}, "steps": {}}
"""When the engine writes the state: once, or at each step. Source: Pulumi docs, "Environment variables"."""
_HEAD = "key,persona_id,language,minutes,greeting\n"


@dataclass
class Fleet:
    """Copy of the example, as a user would have it, with a local Tavus that it alone uses."""

    workspace: Workspace
    folder: Path
    environment: dict[str, str]

    @classmethod
    def copy(cls, workspace: Workspace, **environment: str) -> Fleet:
        """Return the run's one copy with these settings: in another folder Python would compile the whole environment again."""
        folder = workspace.folder / "fleet"
        if not folder.exists():
            shutil.copytree(ROOT / "examples" / "fleet", folder)
            (folder / ".venv").symlink_to(sys.prefix)
        return cls(workspace, folder, {**workspace.environment, **environment})

    def declare(self, size: int) -> None:
        """Write a file with so many rooms, and forget all earlier conversations."""
        rows = (f"call-{number},{ARGS['persona_id']},English,30,\n" for number in range(size))
        (self.folder / "rooms.csv").write_text(_HEAD + "".join(rows))
        self.workspace.tavus.restart(0.0)

    def bring_up(self, stacks: int) -> dict[str, float]:
        """Create the rooms in so many stacks; return what it took, what was created, and what no state has."""
        values = self._run("up", "--stacks", str(stacks))
        return {**values, "lost": len(self._list_active() - self._list_recorded())}

    def take_down(self) -> dict[str, float]:
        """End the rooms; return what it took, and how many are left."""
        values = self._run("down")
        return {**values, "left": len(self._list_active())}

    def _run(self, *arguments: str) -> dict[str, float]:
        tavus = self.workspace.tavus
        calls, cpu = tavus.calls(), tavus.cpu()
        used = run([sys.executable, "fleet.py", *arguments], self.environment, self.folder)
        cpu, made = tavus.cpu() - cpu, tavus.calls() - calls
        return {**used.values(), "tavus_cpu": cpu, "calls": made.pop("POST", 0), "other_calls": made.total()}

    def _list_active(self) -> set[str]:
        rooms = self.workspace.tavus.control.conversations()
        return {room["conversation_id"] for room in rooms if room["status"] == "active"}

    def _list_recorded(self) -> set[str]:
        """Return the ids of the conversations that the states have."""
        stacks = json.loads(self._pulumi("stack", "ls", "--json"))
        exported = (json.loads(self._pulumi("stack", "export", "--stack", each["name"])) for each in stacks)
        return {resource["id"] for each in exported for resource in each["deployment"]["resources"] if "id" in resource}

    def _pulumi(self, *arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive"]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True).stdout


def measure(workspace: Workspace, options: Options) -> Iterator[Sample]:
    """Create and end fleets of each size, in one stack and side by side."""
    for size in options.sizes:
        for stacks in dict.fromkeys((max(1, size // options.part), 1)):
            for name in options.written:
                fleet = Fleet.copy(workspace, **WRITTEN[name])
                fleet.declare(size)
                # The samples' `parallel` is how many engines run at once.
                yield Sample("fleet", "up", name, size, parallel=stacks, values=fleet.bring_up(stacks))
                yield Sample("fleet", "destroy", name, size, parallel=stacks, values=fleet.take_down())
