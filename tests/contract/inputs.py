"""Sensible value for each input of a conversation that Tavus sees, derived from the field table and the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tavus_provider.conversations.args import ConversationArgs
from tavus_provider.sandbox import Sandbox
from tavus_provider.schema.fields import InputSpec, table
from tests.contract.facts import REQUEST, Facts

TABLE = table(ConversationArgs)

BASE: Mapping[str, Any] = {"persona_id": "pcb7a34da5fe"}
"""Inputs that every conversation needs: a persona of the sandbox, with a default replica."""

UNSENT = {
    "properties.require_auth": "a second spelling of the top-level require_auth, which is the one that is sent",
}
"""Fields of the contract that no input leads to, and why."""

_TRIO: Mapping[str, Any] = {
    "recording_s3_bucket_name": "conversation-recordings",
    "recording_s3_bucket_region": "eu-north-1",
    "aws_assume_role_arn": "arn:aws:iam::123456789012:role/recordings",
}
_STORAGE: Mapping[str, Any] = {
    "provider": "s3",
    "bucket_name": "recordings",
    "bucket_region": "eu-west-1",
    "assume_role_arn": "arn:aws:iam::123456789012:role/recordings",
}

_SPECIAL: Mapping[str, Any] = {
    **BASE,
    **_TRIO,
    "replica_id": "r4a1b2c3d4e5",
    "callback_url": "http://127.0.0.1:9/webhook",
    "conversation_name": "Gespräch «eins» ☎",
    "language": "English",
    "policy": "eu",
    "region": "eu",
    "meeting_url": "https://meet.google.com/abc-defg-hij",
    "daily_room": "https://acme.daily.co/front-desk",
    "bucket_name": "conversation-recordings",
    "bucket_region": "ap-southeast-2",
    "assume_role_arn": "arn:aws-us-gov:iam::123456789012:role/path/recordings",
    "project_id": "my-project",
    "workload_identity_provider": "projects/123456/locations/global/workloadIdentityPools/tavus-pool/providers/tavus",
    "service_account_email": "recorder@my-project.iam.gserviceaccount.com",
    "storage_account": "acmerecordings",
    "container": "conversation-recordings",
    "tenant_id": "11111111-2222-3333-4444-555555555555",
    "client_id": "66666666-7777-8888-9999-000000000000",
}
"""Strings for fields that do not accept just any: the sandbox has to have them, or a validator has to accept them."""

_TOGETHER: Mapping[str, Mapping[str, Any]] = {**dict.fromkeys(_TRIO, _TRIO), "enable_recording": {"recording_storage": _STORAGE}}
"""Inputs that an input requires."""


@dataclass(frozen=True)
class Case:
    """One input with one value, its place in the contract, and all inputs that make up the conversation."""

    row: InputSpec
    value: Any
    place: str
    inputs: Mapping[str, Any]

    def __str__(self) -> str:
        shown = self.value.get("provider") if isinstance(self.value, dict) else self.value
        return f"{self.row.name}={shown}"


def _cases() -> Iterator[Case]:
    for row in TABLE:
        if row.field.wire_path is not None and not row.field.is_extra:
            place = _place_of(TABLE.spellings[row.name])
            for value in _values(row, REQUEST.get(place, {})):
                yield Case(row, value, place, {**BASE, **_TOGETHER.get(row.name, {}), row.name: value})


def _place_of(name: str) -> str:
    """Return the contract's field for an input of this name, or the bare name if there is none."""
    places = [each for each in (name, f"properties.{name}") if each in REQUEST and each not in UNSENT]
    return places[0] if places else name


def _values(row: InputSpec, facts: Facts) -> list[Any]:
    if row.shapes:
        return [value for shape in row.shapes for value in _objects(shape)]
    lowest = row.field.minimum or facts.get("minimum", 0)
    by_kind: dict[type, list[Any]] = {
        bool: [True, False],
        int: [lowest, 1800],
        list: [[f"{row.name}-1"], *([[f"{row.name}-1", f"{row.name}-2"]] if row.name != "participant_tags" else [])],
        str: list(facts.get("enum") or row.choices) or [_SPECIAL.get(row.name, f"some {row.name}")],
    }
    return by_kind[row.kind]


def _objects(shape: type) -> Iterator[dict[str, Any]]:
    """Yield an object with all its members, and one with the required members only."""
    rows = list(table(shape))
    full = {row.name: row.choices[0] if row.choices else _SPECIAL.get(row.name, f"some {row.name}") for row in rows}
    yield full
    if not all(row.required for row in rows):
        yield {row.name: full[row.name] for row in rows if row.required}


CASES = tuple(_cases())
"""Every input that Tavus sees, with each of its values."""


def reset(sandbox: Sandbox) -> None:
    """Make a local Tavus as new, with the documents that the cases refer to."""
    sandbox.control.reset()
    ids = {id_ for case in CASES for id_ in case.inputs.get("document_ids", ())}
    sandbox.control.seed(documents=[{"document_id": id_} for id_ in sorted(ids)])
