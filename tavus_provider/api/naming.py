"""
Two names for two things: what Tavus called persona and replica it now calls PAL and Face, and it understands both.

This package says persona and replica everywhere, as Tavus's published contract does; with `tavus:naming=pal` the newer names go
over the wire, and answers are read back into the older ones. The two are never sent together: Tavus refuses that. Sources: Tavus
docs, "What Is a PAL?"; Tavus API reference, Create PAL, List PALs, Create Face, Rename Face, List Faces.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_INTO = ("data", "layers", "conversational_flow")
"""Members whose content has names of Tavus's; everywhere else may be the user's own."""


@dataclass(frozen=True)
class Naming:
    """
    How names of ours are spelt on the wire.

    fields: of members, query parameters and JSON Patch paths. collections: of paths of the API.
    """

    fields: Mapping[str, str]
    collections: Mapping[str, str]

    def path(self, path: str) -> str:
        """Spell the path of a call."""
        return "/".join(self.collections.get(part, part) for part in path.split("/"))

    def query(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Spell query parameters."""
        return {self.fields.get(name, name): value for name, value in params.items()}

    def body(self, body: Any) -> Any:
        """Spell a request body, which may be a JSON Patch."""
        if isinstance(body, list):
            return [self._operation(each) for each in body]
        return _renamed(body, self.fields)

    def answer(self, content: dict[str, Any]) -> dict[str, Any]:
        """Read an answer back into our names."""
        found: dict[str, Any] = _renamed(content, self._ours)
        return found

    def words(self, text: str) -> str:
        """Read what Tavus says of a mistake back into our names."""
        return re.sub(r"\w+", lambda word: self._ours.get(word[0], word[0]), text)

    @functools.cached_property
    def _ours(self) -> dict[str, str]:
        return {theirs: ours for ours, theirs in self.fields.items()}

    def _operation(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        path = "/".join(self.fields.get(part, part) for part in str(operation["path"]).split("/"))
        leaf = path.rpartition("/")[2]
        value = _renamed({leaf: operation["value"]}, self.fields)[leaf] if "value" in operation else None
        return {**operation, "path": path, **({"value": value} if "value" in operation else {})}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not names or not isinstance(value, Mapping):
        return value
    return {names.get(key, key): _renamed(each, names) if key in _INTO else each for key, each in value.items()}


PERSONA = Naming({}, {})
"""The names of Tavus's published contract, which are ours."""

PAL = Naming(
    {
        "persona_id": "pal_id",
        "persona_name": "pal_name",
        "persona_type": "pal_type",
        "default_replica_id": "default_face_id",
        "replica_id": "face_id",
        "replica_ids": "face_ids",
        "replica_name": "face_name",
        "replica_type": "face_type",
        "replica_interruptibility": "pal_interruptibility",
    },
    {"personas": "pals", "replicas": "faces"},
)
"""The names that Tavus uses since 2026."""

NAMINGS = {"persona": PERSONA, "pal": PAL}
"""By the value of `tavus:naming`."""
