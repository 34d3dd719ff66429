"""The sandbox answers each operation that it serves as the contract says, with the listed exceptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.control.data import Kind, LimitChanges
from tavus_provider.sandbox.faults.operations import OPERATIONS
from tests.contract.facts import CONTRACT, CREATE, GET, LIST, Operation
from tests.contract.inputs import BASE
from tests.contract.served import DAY, body_for, client, path_of_existing, queries_for, served_operations
from tests.contract.shape import flatten, mismatches
from tests.support.conversations import REPLICA
from tests.support.http_client import HTTP

SERVED = served_operations()
WITH_ID = [each for each in SERVED if each.path_parameters]
WITH_BODY = [each for each in SERVED if each.request is not None]

_GCS = ("bucket_name", "project_id", "workload_identity_provider", "service_account_email")

RECORDED = {
    **BASE,
    "conversation_name": "recorded",
    "callback_url": "http://127.0.0.1:9/webhook",
    "require_auth": True,
    "properties": {
        "enable_recording": True,
        "recording_storage": {"provider": "gcs", **dict.fromkeys(_GCS, "text")},
    },
}

_URL = "https://example.com/"
_TOOLS = [{"name": "notify", "description": "Notify somebody."}]
_ITEM = {"modality": "visual", "callback_url": _URL}

FULL: Mapping[str, Any] = {
    "/v2/deployments": {
        "pal_id": BASE["persona_id"],
        "channel": "embed",
        "allowed_origins": ["https://example.com"],
        "limits": {
            "daily_call_limit": 9,
            "daily_call_limit_per_user": 3,
            "concurrent_call_limit": 2,
            "max_call_duration": 600,
        },
        "customization": {},
    },
    "/v2/documents": {"document_url": _URL, "tags": ["text"], "crawl": {"depth": 2, "max_pages": 10}},
    "/v2/guardrails": {"name": "text", "data": [{"guardrail_name": "text", "guardrail_prompt": "text", **_ITEM}]},
    "/v2/lipsync": {"original_video_url": _URL, "source_audio_url": _URL, "lipsync_name": "text", "callback_url": _URL},
    "/v2/objectives": {
        "data": [
            {
                "objective_name": "text",
                "objective_prompt": "text",
                "output_variables": ["text"],
                "next_conditional_objectives": {"other": "text"},
                "next_required_objective": "other",
                **_ITEM,
            }
        ]
    },
    "/v2/tools": {
        "name": "text",
        "description": "text",
        "parameters": {"type": "object"},
        "on_call": "static_filler",
        "static_filler": "text",
        "tags": ["text"],
        "delivery": {
            "app_message": False,
            "api": {
                "url": _URL,
                "headers": {},
                "body_template": {},
                "query_params": {},
                "auth": {
                    "type": "oauth2_client_credentials",
                    "location": "header",
                    **dict.fromkeys(("token", "username", "password", "name", "value", "secret"), "text"),
                    **dict.fromkeys(("token_url", "client_id", "client_secret", "scope"), "text"),
                },
            },
        },
    },
    "/v2/personas": {
        "system_prompt": "text",
        "default_replica_id": REPLICA,
        "document_ids": ["d1"],
        "document_tags": ["text"],
        "layers": {
            "perception": {
                "visual_awareness_queries": ["text"],
                "visual_tool_prompt": "text",
                "visual_tools": _TOOLS,
                "audio_awareness_queries": ["text"],
                "audio_tool_prompt": "text",
                "audio_tools": _TOOLS,
            },
            "stt": {"hotwords": "text"},
            "llm": {"model": "text", "base_url": _URL, "api_key": "text", "tools": _TOOLS, "headers": {}, "extra_body": {}},
            "tts": {
                "api_key": "text",
                "tts_engine": "cartesia",
                "external_voice_id": "text",
                "voice_settings": {},
                "tts_model_name": "text",
                "pronunciation_dictionary_id": "pd_1",
            },
            "conferencing": {"username": "text"},
        },
    },
    "/v2/pronunciation-dictionaries": {"name": "text", "rules": [{"text": "a", "pronunciation": "b", "type": "ipa"}]},
    "/v2/replacements": {"original_video_url": _URL, "new_transcript": "text", "replacement_name": "text"},
    "/v2/replicas": {"train_video_url": _URL},
    "/v2/transcriptions": {"file_url": _URL, "callback_url": _URL},
    "/v2/voices": {"voice_name": "text", "train_audio_url": _URL, "description": "text", "callback_url": _URL},
    "/v2/videos": {"replica_id": REPLICA, "script": "text"},
}
"""Body for each kind of object that leaves nothing open, by path, except what may be left to Tavus."""

ONLY_ON_ERROR: Mapping[str, set[str]] = {"/v2/voices": {"error_message", "data[].error_message"}}
"""Fields that only an object has that failed, by path."""

KINDS: Mapping[str, Kind] = {f"/v2/{kind.replace('_', '-')}": kind for kind in get_args(Kind)}
"""Kinds as control paths name them, by path."""

DEVIATIONS: Mapping[tuple[int, str], tuple[LimitChanges, str]] = {
    (400, "message"): ({"concurrency": 0}, "the concurrency limit is answered so in practice; the contract has `error`"),
    (402, "message"): ({"credits": 0}, "credits that are used up are answered so in practice; the contract is silent"),
}
"""Deliberate answers to a creation beyond the contract: status and key, their cause, and the reason."""


SILENT = (400, "error")
"""Deliberate answers where the contract has no error at all for an operation: status and key."""


def contradictions(operation: Operation, answer: httpx.Response) -> list[str]:
    """Return how an answer contradicts the contract for the operation."""
    if answer.status_code not in operation.responses:
        return [f"{answer.status_code} is not documented: {answer.text}"]
    if answer.content and answer.headers["content-type"] != "application/json":
        return [f"the body is {answer.headers['content-type']}"]
    return list(mismatches(answer.json() if answer.content else None, operation.responses[answer.status_code]))


def is_documented(operation: Operation, answer: httpx.Response) -> bool:
    """Return whether an error is one of the contract for the operation, or the deliberate one where it has none."""
    if operation.errors:
        return contradictions(operation, answer) == []
    return [(answer.status_code, key) for key in answer.json()] == [SILENT]


def test_the_sandbox_serves_the_whole_contract() -> None:
    """No operation of the contract is missing in the sandbox."""
    assert tuple(CONTRACT.values()) == SERVED


def test_each_operation_can_be_named() -> None:
    """Faults have a name for each operation of the contract, and for nothing else."""
    served = {(each.method, re.sub(r"{\w+}", "*", each.path)) for each in SERVED}
    assert sorted(OPERATIONS.values()) == sorted(served)


@pytest.mark.parametrize(
    ("operation", "query"),
    [(each, query) for each in SERVED for query in queries_for(each)],
    ids=str,
)
def test_a_success_is_the_contracts(tavus: Sandbox, operation: Operation, query: dict[str, str]) -> None:
    """Each operation succeeds with each query parameter, and answers only fields of the contract with the right types."""
    with client(tavus) as http:
        path = path_of_existing(operation, tavus, http)
        answer = http.request(operation.method, path, params=query, json=body_for(operation))

    assert answer.is_success, answer.text
    assert contradictions(operation, answer) == []


def test_a_whole_life_shows_every_field(tavus: Sandbox) -> None:
    """The answers about a private, recorded conversation with a visitor have every field of the contract."""
    with client(tavus) as http:
        created = http.post(CREATE.path, json=RECORDED)
        id_, token = created.json()["conversation_id"], created.json()["meeting_token"]
        tavus.control.join(id_, token=token)
        tavus.control.start_recording(id_)
        tavus.control.leave(id_)
        tavus.control.advance(1)
        tavus.control.recordings()
        shown, listed = http.get(GET.at(id_), params={"verbose": "true"}), http.get(LIST.path, params={"status": "ended"})

    for operation, answer in ((CREATE, created), (GET, shown), (LIST, listed)):
        assert contradictions(operation, answer) == []
        fields = operation.responses[200] or {}
        assert {name for name, _ in flatten(answer.json()) if name in fields} == set(fields)


@pytest.mark.parametrize("path", FULL)
def test_a_full_object_shows_every_field(tavus: Sandbox, path: str) -> None:
    """The answers about an object with all its inputs have every field of the contract."""
    creating, listing = CONTRACT[f"POST {path}"], CONTRACT[f"GET {path}"]
    (getting,) = [each for each in CONTRACT.values() if each.method == "GET" and each.path.startswith(f"{path}/")]
    tavus.control.seed(pronunciation_dictionaries=[{"pronunciation_dictionary_id": "pd_1"}], documents=[{"document_id": "d1"}])
    with client(tavus) as http:
        created = http.post(path, json=FULL[path])
        tavus.control.advance(DAY)
        (id_,) = [one["id"] for one in tavus.control.objects(KINDS[path]) if not one["seeded"]]
        shown, listed = http.get(getting.at(id_), params={"verbose": "true"}), http.get(path, params={"verbose": "true"})

    for operation, answer in ((creating, created), (getting, shown), (listing, listed)):
        assert contradictions(operation, answer) == []
        fields = {name for name in operation.responses[answer.status_code] or {} if not name.endswith(("[]", "{}"))}
        assert fields - {name for name, _ in flatten(answer.json())} == ONLY_ON_ERROR.get(path, set()) & fields


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
def test_an_unknown_id_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation) -> None:
    """An unknown id is answered with a documented status and the error under the documented key."""
    with client(tavus) as http:
        answer = http.request(operation.method, operation.at("x0"), json=body_for(operation))

    assert answer.status_code in (400, 404)
    assert is_documented(operation, answer)
    assert any(answer.json().values())


@pytest.mark.parametrize("content", ["[", '"text"', "[1]"])
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_an_impossible_body_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation, content: str) -> None:
    """A body that is not JSON, or of the wrong type, is answered with a documented status and key."""
    with client(tavus) as http:
        path = path_of_existing(operation, tavus, http)
        answer = http.request(operation.method, path, content=content, headers={"content-type": "application/json"})

    assert answer.is_client_error
    assert is_documented(operation, answer)


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {}], ids=["wrong", "missing"])
@pytest.mark.parametrize("operation", SERVED, ids=str)
def test_a_wrong_key_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation, headers: dict[str, str]) -> None:
    """Without the right key each operation answers the contract's 401, also the few for which it has none."""
    # assumed: auth-first
    answer = HTTP.request(operation.method, tavus.url + operation.at("x0"), headers=headers)

    assert answer.status_code == 401
    assert {(401, key) for key in answer.json()} == {
        error for each in CONTRACT.values() for error in each.errors if error[0] == 401
    }


@pytest.mark.parametrize(("status", "key"), DEVIATIONS)
def test_a_deviation_is_as_it_is_listed(tavus: Sandbox, status: int, key: str) -> None:
    """The sandbox deviates from the contract exactly as listed, and the contract still lacks these answers."""
    limits, _ = DEVIATIONS[status, key]
    tavus.control.set_limits(**limits)
    with client(tavus) as http:
        answer = http.post(CREATE.path, json=BASE)

    assert (answer.status_code, list(answer.json())) == (status, [key])
    assert contradictions(CREATE, answer) != []
