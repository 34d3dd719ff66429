"""The other objects of Tavus meet each fault on the real engine, too: one of a kind for each fault, in one stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tavus_provider.journal.journal import Journal
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import FaultSpec, When
from tavus_provider.sandbox.faults.operations import OPERATIONS, Operation
from tests.faults.tally import Tally
from tests.faults.test_matrix import FAULTS, find_faults
from tests.real_engine.stack import CommandError, Stack
from tests.support.objects import remaining_objects

CREATE, PATCH, READ, DELETE = "create", "patch", "get", "delete"


@dataclass(frozen=True)
class Kind:
    """One kind of object: its class, its operations' noun, the input that names it, its other inputs and those of an edit.

    is_journaled: whether a run looks for what an earlier one may have created; else only an error says that it may exist.
    """

    resource: str
    noun: str
    name: str
    given: Mapping[str, Any]
    edit: Mapping[str, Any]
    is_journaled: bool = False


KINDS = (
    Kind(
        "Document",
        "document",
        "document_name",
        {"document_url": "https://docs.example.com/a.pdf", "wait_for_ready": 3},
        {"tags": ["a"]},
        True,
    ),
    Kind("Replica", "replica", "replica_name", {"train_video_url": "https://media.example.com/a.mp4"}, {}, True),
    Kind(
        "Voice",
        "voice",
        "voice_name",
        {"train_audio_url": "https://media.example.com/a.mp3", "wait_for_ready": 3},
        {"description": "Warm."},
        True,
    ),
    Kind("Persona", "persona", "persona_name", {"system_prompt": "You help."}, {"system_prompt": "You listen."}),
    Kind("PronunciationDictionary", "dictionary", "name", {}, {"rules": [{"text": "a", "pronunciation": "b", "type": "alias"}]}),
)


MEETINGS = [(kind, verb) for kind in KINDS for verb in (CREATE, READ, PATCH, DELETE) if verb != PATCH or kind.edit]
"""Each kind with each of its calls; of a replica Tavus changes the name alone, under another path."""


@dataclass
class Objects:
    """One stack with an object for each fault."""

    sandbox: Sandbox
    stack: Stack
    kind: Kind
    when: When
    verb: str

    @property
    def faults(self) -> list[str]:
        """Return the faults on this side of processing; 204 is how Tavus itself answers a deletion, so nobody can tell it."""
        return [name for name in find_faults(self.when) if (self.verb, name) != (DELETE, "contentless")]

    def declare(self, edit: Mapping[str, Any]) -> None:
        """Write the program."""
        inputs = {fault: {self.kind.name: f"{fault}-one", **self.kind.given, **edit} for fault in self.faults}
        self.stack.program("".join(f"tavus.{self.kind.resource}({fault!r}, **{each!r})\n" for fault, each in inputs.items()))

    def inject_faults(self, times: int | None) -> None:
        """Inject each object's fault into its calls."""
        operation: Operation = f"{self.verb}_{self.kind.noun}"  # type: ignore[assignment]  # one of the names, by construction
        ids = {name: each["id"] for name, each in self.stack.resources().items()}
        method, path = OPERATIONS[operation]
        for name in self.faults:
            which: FaultSpec = {"path": path.replace("*", ids.get(name, ""))}
            if self.verb == CREATE:
                which["contains"] = f'"{name}-one"'
            rule: FaultSpec = {**FAULTS[name], **which, "method": method, "when": self.when, "times": times}
            self.sandbox.control.inject(**rule)

    def find_unrecorded(self, printed: str) -> list[str]:
        """Return the objects that the state does not have, without those that an error named where no run looks for them."""
        ids = {each["id"] for each in self.stack.resources().values()}
        names = [str(each[self.kind.name]) for each in remaining_objects(self.sandbox) if each["id"] not in ids]
        return [name for name in names if self.kind.is_journaled or not _is_named(name.removesuffix("-one"), printed)]


def _is_named(resource: str, printed: str) -> bool:
    """Tell whether an error said that what it could not create for a resource may exist."""
    return any(f" {resource!r}: " in line and "if Tavus created it all the same" in line for line in printed.splitlines())


@pytest.mark.parametrize("times", [1, None], ids=["once", "lasting"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("kind", "verb"), MEETINGS, ids=lambda part: part if isinstance(part, str) else part.noun)
def test_what_a_fault_breaks_the_next_command_mends(
    sandbox: Sandbox, stack: Stack, tally: Tally, kind: Kind, verb: str, when: When, times: int | None
) -> None:
    """After it the state has every object, or an error has named it; destroy leaves none but those."""
    objects = Objects(sandbox, stack, kind, when, verb)
    stack.environment.update(TAVUS_SETTLE_TIMEOUT="1", TAVUS_RETRY_TIMEOUT="2")
    sandbox.control.set_behavior(processing=0, training=0)
    objects.declare({})
    if verb != CREATE:
        stack.up()
    objects.declare(kind.edit if verb == PATCH else {})
    objects.inject_faults(times)
    command = {READ: "refresh", DELETE: "destroy"}.get(verb, "up")
    printed = _run(stack, command)
    sandbox.control.clear_faults()
    # 304 and an empty answer are how Tavus itself answers a patch: only a refresh shows that it was not carried out.
    refresh = ["--refresh"] if verb == PATCH else []
    printed += stack.pulumi(command, "--yes", "--skip-preview", "--parallel=32", *refresh)
    tally.lost += objects.find_unrecorded(printed)
    tally.cells += len(objects.faults)
    if verb != DELETE:
        stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    tally.left += objects.find_unrecorded(printed)
    assert list(Journal().intents()) == []


def _run(stack: Stack, command: str) -> str:
    """Run a command that may fail; return what it printed."""
    try:
        return stack.pulumi(command, "--yes", "--skip-preview", "--parallel=32")
    except CommandError as error:
        return str(error)
