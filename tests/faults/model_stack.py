"""Small model of the engine's bookkeeping, over the real plugin process.

Source: Pulumi docs, "How Pulumi works" and "Resource option: deleteBeforeReplace"; test_walk_engine.py checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.plugin_process import Failed, Plugin, Props


@dataclass(frozen=True)
class Entry:
    """Resource in the state; `replacing`: it is deleted, and its replacement was not created yet."""

    id: str
    inputs: Props
    outputs: Props
    replacing: bool = False


@dataclass
class ModelStack:
    """Stack with its state by URN, and the plugin of the command that runs. After a kill nothing is recorded."""

    name: str
    environment: Mapping[str, str]
    kind: type[Plugin]
    state: dict[str, Entry] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    plugin: Plugin | None = None
    dead: bool = False

    def ids(self) -> set[str]:
        """Return the ids of what the state has and what is not deleted."""
        return {entry.id for entry in self.state.values() if not entry.replacing}

    def run(self, command: str, program: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Run a command with a plugin of its own; return what went wrong."""
        self.errors, self.dead = [], False
        self.plugin = self.kind(self.environment)
        try:
            {"up": self._up, "refresh": self._refresh, "destroy": self._destroy}[command](program)
        finally:
            self.plugin.close()
        return self.errors

    def kill(self, victim: str) -> None:
        """`kill -9` the plugin of the command that runs, or the engine: then calls in flight end, and their results are lost."""
        assert self.plugin
        self.dead = True
        if victim == "plugin":
            self.plugin.kill()

    def _up(self, program: Mapping[str, Mapping[str, Any]]) -> None:
        wanted = {self.urn(name): dict(args) for name, args in program.items()}
        self._each(wanted, lambda urn: self._ensure(urn, self._running.wrap(urn, wanted[urn])))
        if not self.errors:
            self._each(self.state.keys() - wanted.keys(), self._delete)

    def _refresh(self, program: object) -> None:
        self._each(list(self.state), self._read)

    def _destroy(self, program: object) -> None:
        self._each(list(self.state), self._delete)

    def _each(self, urns: Iterable[str], step: Callable[[str], None]) -> None:
        """Take a step for each resource, all at once; one error does not stop the others."""

        def safely(urn: str) -> None:
            try:
                step(urn)
            except Failed as failed:
                self.errors.append(f"{urn}: {failed}")

        with ThreadPoolExecutor(max_workers=8) as pool:
            list(pool.map(safely, urns))

    def _ensure(self, urn: str, news: Props) -> None:
        old = self.state.get(urn)
        if old is None or old.replacing:
            return self._create(urn, self._running.check(urn, {}, news))
        checked = self._running.check(urn, old.inputs, news)
        changes, replaces = self._running.diff(urn, old.id, old.outputs, checked)
        if replaces:
            checked = self._running.check(urn, {}, news)
            self._running.delete(urn, old.id, old.outputs)
            self._record(urn, replace(old, replacing=True))
            return self._create(urn, checked)
        outputs = self._running.update(urn, old.id, old.outputs, checked) if changes else old.outputs
        self._record(urn, Entry(old.id, checked, outputs))
        return None

    def _create(self, urn: str, inputs: Props) -> None:
        id_, outputs = self._running.create(urn, inputs)
        self._record(urn, Entry(id_, inputs, outputs))

    def _read(self, urn: str) -> None:
        old = self.state[urn]
        if old.replacing:
            return
        id_, outputs = self._running.read(urn, old.id, old.outputs)
        self._record(urn, replace(old, id=id_, outputs=outputs) if id_ else None)

    def _delete(self, urn: str) -> None:
        old = self.state[urn]
        if not old.replacing:
            self._running.delete(urn, old.id, old.outputs)
        self._record(urn, None)

    def _record(self, urn: str, entry: Entry | None) -> None:
        """Write the state, as the engine does after each step."""
        if self.dead:
            raise Failed("the engine was killed")
        if entry:
            self.state[urn] = entry
        else:
            self.state.pop(urn)

    def urn(self, name: str) -> str:
        """Return a resource's URN."""
        return f"urn:pulumi:{self.name}::shop::{self.kind.module}Conversation::{name}"

    @property
    def _running(self) -> Plugin:
        if self.dead or not self.plugin:
            raise Failed("the engine was killed")
        return self.plugin
