"""Bodies of create calls that Tavus refuses, and hostile ones."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.helpers import PERSONA_WITHOUT_REPLICA, create, create_id, get, post
from tests.support.conversations import PERSONA, REPLICA

S3 = {"provider": "s3", "bucket_name": "b", "bucket_region": "us-east-1", "assume_role_arn": "arn:aws:iam::1:role/r"}
GCS = {
    "provider": "gcs",
    "bucket_name": "b",
    "project_id": "p",
    "workload_identity_provider": "w",
    "service_account_email": "s@p",
}
AZURE = {"provider": "azure_blob", "storage_account": "a", "container": "c", "tenant_id": "t", "client_id": "i"}
FLAT = {
    "recording_s3_bucket_name": "b",
    "recording_s3_bucket_region": "us-east-1",
    "aws_assume_role_arn": "arn:aws:iam::1:role/r",
}

WRONG_TYPES: dict[str, Any] = {
    "replica_id": 1,
    "persona_id": None,
    "audio_only": "false",
    "callback_url": ["http://x"],
    "conversation_name": 7,
    "conversational_context": {},
    "custom_greeting": True,
    "memory_stores": "anna",
    "document_ids": [1],
    "document_retrieval_strategy": "fast",
    "document_tags": [None],
    "test_mode": 1,
    "require_auth": "yes",
    "max_participants": 1,
    "properties": [],
}
WRONG_PROPERTIES: dict[str, Any] = {
    "max_call_duration": "60",
    "participant_left_timeout": 1.5,
    "participant_absent_timeout": 300.0,
    "enable_recording": "true",
    "enable_closed_captions": 0,
    "apply_greenscreen": [],
    "require_auth": "no",
    "language": 1,
    "recording_s3_bucket_name": 1,
    "recording_s3_bucket_region": None,
    "aws_assume_role_arn": {},
    "recording_storage": "s3://b",
}


def refusal_text(api: httpx.Client, **body: Any) -> str:
    """Send a create call that must answer 400 with `error`, and return the text."""
    response = post(api, body)
    assert response.status_code == 400, response.text
    return str(response.json()["error"])


@pytest.mark.parametrize("field", WRONG_TYPES)
def test_a_wrong_value_is_refused_by_name(api: httpx.Client, field: str) -> None:
    """A field of a wrong type or range is answered 400, and the text names the field."""
    body = {"persona_id": PERSONA, field: WRONG_TYPES[field]}
    assert refusal_text(api, **body).startswith(field)


@pytest.mark.parametrize("field", WRONG_PROPERTIES)
def test_a_wrong_property_is_refused_by_name(api: httpx.Client, field: str) -> None:
    """A field below `properties` of a wrong type is answered 400, and the text names it with its path."""
    error = refusal_text(api, persona_id=PERSONA, properties={**FLAT, field: WRONG_PROPERTIES[field]})
    assert error.startswith(f"properties.{field}")


@pytest.mark.parametrize("storage", [S3, GCS, AZURE], ids=lambda storage: storage["provider"])
def test_each_storage_provider_has_its_fields(api: httpx.Client, storage: dict[str, str]) -> None:
    """A complete recording_storage is accepted; the refusal of an incomplete one names the missing field."""
    create(api, properties={"recording_storage": storage})
    for field in set(storage) - {"provider"}:
        incomplete = {name: value for name, value in storage.items() if name != field}
        assert field in refusal_text(api, persona_id=PERSONA, properties={"recording_storage": incomplete})


@pytest.mark.parametrize("storage", [{}, {"provider": "ftp"}, {"bucket_name": "b"}])
def test_a_storage_needs_a_known_provider(api: httpx.Client, storage: dict[str, str]) -> None:
    """recording_storage without one of the three providers is refused."""
    assert "recording_storage" in refusal_text(api, persona_id=PERSONA, properties={"recording_storage": storage})


@pytest.mark.parametrize("field", FLAT)
def test_the_flat_storage_is_all_or_nothing(api: httpx.Client, field: str) -> None:
    """The three older S3 fields are accepted together and refused if one is missing."""
    create(api, properties=FLAT)
    assert refusal_text(api, persona_id=PERSONA, properties={name: value for name, value in FLAT.items() if name != field})


def test_unknown_fields_are_ignored(api: httpx.Client) -> None:
    """Fields that the contract does not name are ignored."""
    create(api, colour="green", properties={"shade": "dark"})


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"persona_id": "p-nobody"}, "Invalid persona_id"),
        ({"persona_id": PERSONA, "replica_id": "r-nobody"}, "Invalid replica_id"),
        ({"persona_id": PERSONA_WITHOUT_REPLICA}, "replica_id is required, since the persona has no default replica"),
        ({}, "replica_id is required, since the persona has no default replica"),
        ({"replica_id": ""}, "replica_id is required, since the persona has no default replica"),
        ({"replica_id": "r5b2c3d4e5f6"}, "The replica is not ready: started"),
        ({"replica_id": "r6c3d4e5f6a7"}, "The replica is not ready: error"),
    ],
)
def test_a_conversation_needs_a_known_persona_and_a_trained_replica(api: httpx.Client, body: dict[str, str], error: str) -> None:
    """An unknown, missing or untrained persona or replica is answered 400."""
    assert refusal_text(api, **body) == error


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"[1, 2]",
        b"null",
        b'"text"',
        b"{",
        b"\xff\xfe{}",
        b"\x00",
        b'{"replica_id": NaN}',
        b'{"max_participants": 1e999}',
        b'{"max_participants": -Infinity}',
        b'{"properties": {"max_call_duration": ' + b"9" * 5000 + b"}}",
        b"[" * 100_000,
        b'{"replica_id":' * 50_000,
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(api: httpx.Client, content: bytes) -> None:
    """A body that is not a JSON object is answered 400 with `error`."""
    response = api.post("/v2/conversations", content=content, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert set(response.json()) == {"error"}


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "\x80"])
def test_a_body_must_be_declared_as_json(api: httpx.Client, content_type: str | None) -> None:
    """A body of another content type is refused; a charset is accepted."""
    body = json.dumps({"replica_id": REPLICA}).encode()
    headers = [] if content_type is None else [(b"content-type", content_type.encode("latin-1"))]
    assert api.post("/v2/conversations", content=body, headers=headers).status_code == 400
    assert (
        api.post("/v2/conversations", content=body, headers={"content-type": "application/json; charset=utf-8"}).status_code
        == 200
    )


def test_a_missing_body_counts_as_an_empty_object(api: httpx.Client) -> None:
    """A call without a body is refused only for its missing replica, since the contract requires no body."""
    response = api.post("/v2/conversations")
    assert (response.status_code, list(response.json())) == (400, ["error"])
    assert "replica_id" in response.json()["error"]


@pytest.mark.parametrize("name", ["", "🙂" * 100, "a\x00b", "line\nbreak\x1b[31m", "\ud800", "x" * 1_000_000])
def test_a_name_is_kept_as_it_is(api: httpx.Client, name: str) -> None:
    """Names with NUL, control characters, half surrogates or a megabyte are kept and shown."""
    assert get(api, create_id(api, conversation_name=name))["conversation_name"] == name
    assert api.get("/v2/conversations").json()["data"][0]["conversation_name"] == name


@pytest.mark.parametrize("seconds", [10**400, 2**63, 86400])
def test_any_integer_is_a_duration(api: httpx.Client, seconds: int) -> None:
    """Any integer is accepted as a duration, and the conversation is active."""
    spans = ("max_call_duration", "participant_absent_timeout", "participant_left_timeout")
    assert create(api, properties=dict.fromkeys(spans, seconds))["status"] == "active"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.dictionaries(st.sampled_from([*WRONG_TYPES, "x"]), JSON_VALUES, max_size=4)
PROPERTIES = st.dictionaries(st.sampled_from([*WRONG_PROPERTIES, "x"]), JSON_VALUES, max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=FIELDS, properties=PROPERTIES)
def test_no_body_breaks_the_sandbox(api: httpx.Client, fields: dict[str, Any], properties: dict[str, Any]) -> None:
    """Any JSON object is answered 200 or 400."""
    response = post(api, {"replica_id": REPLICA, "properties": properties, **fields})
    assert response.status_code in (200, 400), response.text
