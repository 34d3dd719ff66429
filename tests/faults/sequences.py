"""Random sequences of what users, networks and accidents do to two stacks; a seed always gives the same one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from tavus_provider.sandbox.faults.fault_spec import FaultSpec, When
from tavus_provider.sandbox.faults.operations import Operation
from tests.support.conversations import PERSONA

STACKS = ("dev", "prod")
NAMES: Mapping[str, Mapping[str, Any]] = {
    "a": {},
    "b": {},
    "c": {"conversation_name": "Welcome"},
    "d": {"conversation_name": "Welcome"},
}
"""Resources of both stacks; two of them share a name that the user gave."""

_SEEN: list[Mapping[str, Any]] = [{}, {"language": "English"}, {"require_auth": True}]
"""Inputs that Tavus sees, so that another choice is another conversation."""
_OURS: list[Mapping[str, Any]] = [{}, {"on_ended": "recreate"}, {"on_destroy": "delete"}]
"""Inputs that Tavus never sees."""

_FAULTS: list[FaultSpec] = [
    {"status": 500},
    {"status": 503, "when": "after"},
    {"status": 429, "retry_after": 0.1},
    {"status": 429, "retry_after_date": 1},
    {"delay": 0.1},
    {"close": "fin"},
    {"close": "fin", "when": "after"},
    {"close": "rst"},
    {"close": "rst", "when": "after"},
    {"truncate": 10},
    {"slow": 0.1},
    {"text": "<html>", "when": "after"},
    {"json": {}, "when": "after"},
]
_OPERATIONS: list[Operation] = ["create", "create", "create", "list", "get", "end", "end", "delete"]

Command = Literal["up", "refresh", "destroy"]
_COMMANDS: list[Command] = ["up", "refresh", "destroy"]


@dataclass(frozen=True)
class Kill:
    """`kill -9` while a call is held before or after processing; `drop`: the call is then never processed, or never answered."""

    operation: Operation
    when: When
    drop: bool
    victim: Literal["plugin", "pulumi"]


@dataclass(frozen=True)
class Step:
    """One command of one stack, and what happens meanwhile.

    program: the inputs of each declared resource. faults: rules by the operation that they hit.
    advance: seconds that pass before.
    calm: nothing happens, so the command has to succeed.
    """

    stack: str
    command: Command
    program: Mapping[str, Mapping[str, Any]]
    faults: tuple[tuple[Operation, FaultSpec], ...] = ()
    kill: Kill | None = None
    advance: float = 0
    calm: bool = False


@dataclass
class Sequence:
    """Random steps. The last two bring both stacks up without any trouble."""

    seed: int
    length: int
    random: Random = field(init=False)
    programs: dict[str, dict[str, dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.programs = {stack: {} for stack in STACKS}

    def steps(self) -> list[Step]:
        """Return the steps."""
        return [*(self._step() for _ in range(self.length)), *(self._calm(stack) for stack in STACKS)]

    def _calm(self, stack: str) -> Step:
        return Step(stack, "up", dict(self.programs[stack]), calm=True)

    def _step(self) -> Step:
        draw, stack = self.random, self.random.choice(STACKS)
        self._edit(self.programs[stack])
        command = draw.choices(_COMMANDS, [7, 2, 1])[0]
        trouble = draw.choices(["none", "faults", "kill"], [3, 4, 3])[0]
        return Step(
            stack,
            command,
            dict(self.programs[stack]),
            tuple(self._fault() for _ in range(draw.randint(1, 3))) if trouble == "faults" else (),
            self._kill() if trouble == "kill" else None,
            draw.choices([0, 60, 400], [6, 1, 1])[0],
        )

    def _edit(self, program: dict[str, dict[str, Any]]) -> None:
        """Add, change or remove up to three resources."""
        for name in self.random.sample(list(NAMES), self.random.randint(0, 3) if program else 4):
            if self.random.random() < 0.2:
                program.pop(name, None)
            else:
                program[name] = {"persona_id": PERSONA, **NAMES[name], **self.random.choice(_SEEN), **self.random.choice(_OURS)}

    def _fault(self) -> tuple[Operation, FaultSpec]:
        if self.random.random() < 0.1:
            return "list", {"lag": 0.15, "times": None}
        times = self.random.choice([1, 1, 2, None])
        return self.random.choice(_OPERATIONS), {**self.random.choice(_FAULTS), "times": times}

    def _kill(self) -> Kill:
        operations: list[Operation] = ["create", "create", "end", "list", "get"]
        return Kill(
            self.random.choice(operations),
            self.random.choice(["before", "after"]),
            self.random.random() < 0.5,
            self.random.choice(["plugin", "pulumi"]),
        )
