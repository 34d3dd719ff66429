"""Translation between this package's names and those in requests: Tavus now calls a persona a PAL, and a replica a Face.

The package uses the older names, as Tavus's published contract does. With `tavus:naming=pal` requests have the newer names, and
answers are translated back. Sources: Tavus docs, "What Is a PAL?" and "Conversational Flow"; Tavus API reference, Create PAL,
List PALs, Create Face, Rename Face, List Faces; tavus-cli 0.11.0, schemas/pal.py and recipes/carrier_builder.py.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TRANSLATED = ("data", "layers", "conversational_flow")
"""Members whose content has Tavus's names; other objects may have the user's own."""


@dataclass(frozen=True)
class Naming:
    """Names in requests, by the package's names.

    fields: of members, query parameters and JSON Patch paths. collections: of the API's paths. also_read: the package's names by
    those that only answers have.
    """

    fields: Mapping[str, str]
    collections: Mapping[str, str]
    also_read: Mapping[str, str] = field(default_factory=dict)

    def to_wire_path(self, path: str) -> str:
        """Translate the path of a call."""
        return "/".join(self.collections.get(part, part) for part in path.split("/"))

    def to_wire_query(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Translate query parameters."""
        return {self.fields.get(name, name): value for name, value in params.items()}

    def to_wire_body(self, body: Any) -> Any:
        """Translate a request body, which may be a JSON Patch."""
        if isinstance(body, list):
            return [self._to_wire_operation(each) for each in body]
        return _rename(body, self.fields)

    def from_wire(self, content: dict[str, Any]) -> dict[str, Any]:
        """Translate an answer into the package's names."""
        translated: dict[str, Any] = _rename(content, self._older_names)
        return translated

    def from_wire_text(self, text: str) -> str:
        """Translate Tavus's error message into the package's names."""
        return re.sub(r"\w+", lambda word: self._older_names.get(word[0], word[0]), text)

    @functools.cached_property
    def _older_names(self) -> dict[str, str]:
        return {**{newer: older for older, newer in self.fields.items()}, **self.also_read}

    def _to_wire_operation(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        path = "/".join(self.fields.get(part, part) for part in str(operation["path"]).split("/"))
        # Whether the value is translated depends on the member that it is set for, the last of the path.
        leaf = path.rpartition("/")[2]
        value = _rename({leaf: operation["value"]}, self.fields)[leaf] if "value" in operation else None
        return {**operation, "path": path, **({"value": value} if "value" in operation else {})}


def _rename(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_rename(each, names) for each in value]
    if not names or not isinstance(value, Mapping):
        return value
    return {names.get(key, key): _rename(each, names) if key in _TRANSLATED else each for key, each in value.items()}


PERSONA = Naming({}, {})
"""The names of Tavus's published contract, which the package uses."""

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
    },
    {"personas": "pals", "replicas": "faces"},
    # Tavus's sources differ about its newer name, and the older one is always taken.
    {"pal_interruptibility": "replica_interruptibility", "face_interruptibility": "replica_interruptibility"},
)
"""The names that Tavus uses since 2026."""

NAMINGS = {"persona": PERSONA, "pal": PAL}
"""By the value of `tavus:naming`."""
