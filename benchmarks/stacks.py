"""Pulumi projects that declare many resources of one kind, run by the real engine in an environment of their own."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import stacks
from tools.stacks import ROOT

from .local import LocalTavus
from .processes import Usage, run

PROJECT = "bench"
ARGS = {
    "persona_id": "pcb7a34da5fe",
    "replica_id": "r90bbd427f71",
    "language": "English",
    "max_call_duration": 1800,
    "conversational_context": "A customer asks about an order that is late.",
}
"""Inputs of each conversation; with a named replica, so that creating one is one call."""

_NULL = "from benchmarks.null import Null as Thing"
_OURS = "from tavus_provider import Conversation as Thing"
_MANY = f"for number in range(SIZE):\n    Thing(f'call-{{number}}', **{ARGS!r})\n"
COMMANDS = {
    "preview": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "no-op up": ("up", "--yes", "--skip-preview"),
    "no-op preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}
"""What a measurement runs, from nothing to nothing."""


@dataclass(frozen=True)
class Kind:
    """Resources by one means. label: name in tables. program: text with SIZE. environment: settings, with {delay}."""

    label: str
    program: str
    environment: Mapping[str, str] = field(default_factory=dict)


KINDS = {
    "null": Kind("the floor: null resources", f"{_NULL}\n{_MANY}"),
    "ours": Kind("conversations", f"{_OURS}\n{_MANY}"),
    "native": Kind("conversations, native plugin", f"{_OURS}\n{_MANY}", {"TAVUS_PLUGIN": "native"}),
    "four": Kind("conversations, four threads", f"{_OURS}\n{_MANY}", {"TAVUS_MAX_CONCURRENCY": "4"}),
    "stock": Kind("null resources that wait, stock SDK", f"{_NULL}\n{_MANY}", {"NULL_SECONDS": "{delay}"}),
    "bare": Kind(
        "null resources without fields",
        "from benchmarks.null import Bare as Thing\nfor n in range(SIZE):\n    Thing(f'call-{n}')\n",
    ),
    "storage": Kind(
        "RecordingStorage",
        "from tavus_provider import RecordingStorage as Thing\nThing('recordings', retention_days=30, region='eu-west-1')\n",
    ),
    "null storage": Kind(
        "the floor: a component of two null resources", "from benchmarks.null import NullStorage\nNullStorage('recordings')\n"
    ),
}


def environment(folder: Path) -> dict[str, str]:
    """Return an environment that points pulumi, boto3 and the package to `folder` and to nothing else."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("TAVUS_", "AWS_", "PULUMI_", "PYTHON"))
    }
    return {
        **inherited,
        **stacks.environment(folder, "bench"),
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),  # as pip leaves it for what it installs
        "TAVUS_STATE_DIR": str(folder / "tavus"),
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


@dataclass
class Stack:
    """Project with one stack, `name`, of one kind of resources."""

    name: str
    kind: Kind
    folder: Path
    environment: dict[str, str]

    def init(self) -> Stack:
        """Create the project and the stack."""
        self.folder.mkdir(parents=True)
        (self.folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\n")
        self._pulumi("stack", "init", self.name)
        return self

    def declare(self, size: int, delay: float = 0.0) -> None:
        """Write a program that declares `size` resources; each call that they simulate takes `delay` seconds."""
        (self.folder / "__main__.py").write_text("import pulumi\n" + self.kind.program.replace("SIZE", str(size)))
        self.environment.update({name: value.format(delay=delay) for name, value in self.kind.environment.items()})

    def run(self, what: str, parallel: int = 64, **environment: str) -> Usage:
        """Run one of the commands (see COMMANDS) and return its usage."""
        return self._pulumi(*COMMANDS[what], "--parallel", str(parallel), **environment)

    def resources(self) -> list[dict[str, Any]]:
        """Return the resources of the exported state, without the stack and the engine's providers."""
        found = self._export()["deployment"]["resources"]
        return [each for each in found if not each["type"].startswith("pulumi:")]

    def replace_resources(self, resources: Sequence[Mapping[str, Any]]) -> None:
        """Replace all that the state has."""
        state = self._export()
        state["deployment"]["resources"] = resources
        file = self.folder / "import.json"
        file.write_text(json.dumps(state))
        self._pulumi("stack", "import", "--file", str(file))

    def _export(self) -> Any:
        file = self.folder / "export.json"
        self._pulumi("stack", "export", "--file", str(file))
        return json.loads(file.read_text())

    def _pulumi(self, *arguments: str, **environment: str) -> Usage:
        command = ["pulumi", *arguments, "--non-interactive"]
        return run(command, {**self.environment, "PULUMI_STACK": self.name, **environment}, self.folder)


@dataclass
class Workspace:
    """Folder of a run, which is deleted at the end, and its local Tavus."""

    folder: Path
    tavus: LocalTavus
    stacks: dict[str, Stack] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every command."""
        return {
            **environment(self.folder),
            "TAVUS_BASE_URL": self.tavus.url,
            "TAVUS_API_KEY": self.tavus.key,
        }

    def stack(self, kind: str, name: str = "") -> Stack:
        """Return the stack of a kind; it is created at the first call."""
        name = name or kind.replace(" ", "-")
        if name not in self.stacks:
            self.stacks[name] = Stack(name, KINDS[kind], self.folder / "projects" / name, self.environment).init()
        return self.stacks[name]
