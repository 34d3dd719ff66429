"""Facts of Tavus's contract: those in data/contract.json, or of the OpenAPI document that the variable OPENAPI names.

data/later.json and its siblings have the facts that are newer than that document, each with its `source`: "document: …" where
Tavus's document says it in words, "page: …" where a page of Tavus's docs does, "client: …" where a client that Tavus wrote or
reviewed does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tavus_provider.api.naming import PAL

Facts = Mapping[str, Any]
Fields = Mapping[str, Facts]

_FOLDER = Path(__file__).with_name("data")
DATA = _FOLDER / "contract.json"
LATER = sorted(_FOLDER.glob("later*.json"))
DOCUMENT = Path(os.environ["OPENAPI"]).resolve(strict=True) if os.environ.get("OPENAPI") else None
_DERIVE = Path(__file__).parents[2] / "tools" / "contract" / "derive.py"


def derive(document: Path) -> str:
    """Return the facts of an OpenAPI document, as the project's script writes them."""
    command = [sys.executable, str(_DERIVE), str(document)]
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


@dataclass(frozen=True, eq=False)
class Operation:
    """Operation: its parameters, the fields of its request, and those of each answer by status; None means no body."""

    method: str
    path: str
    path_parameters: Fields
    query: Fields
    request: Fields | None
    responses: Mapping[int, Fields | None]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def collection(self) -> str:
        """Return the path of the list that it belongs to."""
        return self.path.partition("/{")[0]

    @property
    def errors(self) -> set[tuple[int, str]]:
        """Return each documented error: the status, and the key of its message; `conflict` and `used_by` say more of one."""
        errors = {
            status: set(body or {}) - {"", "conflict", "used_by"} for status, body in self.responses.items() if status >= 400
        }
        return {(status, key) for status, keys in errors.items() for key in keys}

    def at(self, id_: str) -> str:
        """Return its path with `id_` in the place of the parameter, if it has one."""
        return re.sub(r"{\w+}", id_, self.path)

    def is_called_by(self, method: str, path: str) -> bool:
        """Return whether a request to `path` means this operation."""
        return method == self.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", self.path), path) is not None


def _operation(name: str, facts: Facts) -> Operation:
    method, path = name.split()
    responses = {int(status): fields for status, fields in facts["responses"].items()}
    return Operation(method, path, facts["path"], facts["query"], facts["request"], responses)


def add_later(facts: Any, later: Any) -> Any:
    """Return facts with later ones laid over them, without their sources: what both have is later's, at any depth."""
    if not isinstance(later, Mapping):
        return later
    before = facts if isinstance(facts, Mapping) else {}
    said = {name: each for name, each in later.items() if name != "source" or isinstance(each, Mapping)}
    return {**before, **{name: add_later(before.get(name), each) for name, each in said.items()}}


def read_later() -> Facts:
    """Return the facts that are newer than Tavus's document."""
    return {name: facts for path in LATER for name, facts in json.loads(path.read_text(encoding="utf-8")).items()}


_DOCUMENTED = json.loads(derive(DOCUMENT) if DOCUMENT else DATA.read_text(encoding="utf-8"))
CONTRACT: Mapping[str, Operation] = {
    name: _operation(name, facts) for name, facts in add_later(_DOCUMENTED, read_later()).items()
}

DOCUMENTED = frozenset(_DOCUMENTED)
"""Names of the operations that Tavus's document has."""

SINGLE_GUARDRAILS: Mapping[str, Operation] = {
    name: _operation(name, add_later({}, facts))
    for name, facts in json.loads((_FOLDER / "single_guardrails.json").read_text(encoding="utf-8")).items()
}
"""Operations on single guardrails, which have the paths of the older sets."""

CREATE = CONTRACT["POST /v2/conversations"]
GET = CONTRACT["GET /v2/conversations/{conversation_id}"]
LIST = CONTRACT["GET /v2/conversations"]

assert CREATE.request is not None
REQUEST: Fields = CREATE.request
"""Fields of the request that creates a conversation."""


def in_older_names(fields: Fields) -> Fields:
    """Return fields of an operation that has newer names only, such as pal_id, under the names of the package."""
    return PAL.from_wire({**fields})


def find_operation(method: str, path: str) -> Operation:
    """Return the operation that a request means; fails if the contract has none."""
    found = [each for each in CONTRACT.values() if each.is_called_by(method, path)]
    assert len(found) == 1, f"the contract has {len(found)} operations for {method} {path}"
    return found[0]
