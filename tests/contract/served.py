"""Operations of Tavus's contract that the sandbox serves, found by calling it, and requests that can succeed."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, Fields, Operation
from tests.contract.inputs import BASE
from tests.support.conversations import REPLICA
from tests.support.http_client import NO_TLS


def _replacing(path: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": "other"}]


_ITEM = {"guardrail_name": "text", "guardrail_prompt": "text"}
_BODIES: Mapping[str, Any] = {
    "POST /v2/conversations": BASE,
    "POST /v2/deployments": {"pal_id": BASE["persona_id"], "channel": "widget"},
    "POST /v2/documents": {"document_url": "https://docs.example.com/", "crawl": {"depth": 2, "max_pages": 10}},
    "POST /v2/guardrails": {"data": [_ITEM]},
    "POST /v2/personas": {"system_prompt": "text"},
    "POST /v2/replicas": {"train_video_url": "https://example.com/video.mp4"},
    "POST /v2/tools": {"name": "text", "description": "text"},
    "POST /v2/voices": {"voice_name": "text", "train_audio_url": "https://example.com/voice.mp3"},
    "POST /v2/videos": {"replica_id": REPLICA, "script": "text"},
    "POST /v2/pals/{pal_id}/tools": {"tool_ids": ["t1"]},
    "PUT /v2/pals/{pal_id}/skills": {"skills": {"memory": {}}},
    "PATCH /v2/deployments/{deployment_id}": _replacing("/name"),
    "PATCH /v2/tools/{tool_id}": {"description": "other"},
    "PATCH /v2/guardrails/{guardrails_id}": _replacing("/data/0/guardrail_prompt"),
    "PATCH /v2/objectives/{objectives_id}": _replacing("/objective_prompt"),
    "PATCH /v2/personas/{persona_id}": _replacing("/system_prompt"),
    "PATCH /v2/pronunciation-dictionaries/{dictionary_id}": _replacing("/name"),
}
"""Bodies for operations that need more than the contract requires."""

DAY = 86400.0
"""Seconds after which the sandbox has finished all its work."""

_TEXTS: Mapping[str, tuple[str, ...]] = {"status": ("active", "ended")}
"""Values for query parameters that the contract lists in prose only."""


@contextmanager
def client(sandbox: Sandbox, **headers: str) -> Iterator[httpx.Client]:
    """Return a plain client for the sandbox, with its key unless `headers` has another."""
    with httpx.Client(
        base_url=sandbox.url, headers={"x-api-key": sandbox.key, **headers}, verify=NO_TLS, trust_env=False
    ) as http:
        yield http


@functools.cache
def served_operations() -> tuple[Operation, ...]:
    """Return the operations that the sandbox does not answer like unknown paths and methods."""
    with Sandbox() as sandbox, client(sandbox) as http:
        unknown = http.get("/v2/unknown")
        answers = {each: http.request(each.method, each.at("unknown")) for each in CONTRACT.values()}
    return tuple(
        each
        for each, answer in answers.items()
        if answer.status_code != 405 and (answer.status_code, answer.text) != (unknown.status_code, unknown.text)
    )


def body_for(operation: Operation) -> Any:
    """Return a body with which the operation can succeed, None if it has none."""
    if operation.request is None:
        return None
    return _BODIES.get(str(operation)) or smallest(operation.request)


def queries_for(operation: Operation) -> list[dict[str, str]]:
    """Return no query, and each of the operation's query parameters with each sensible value."""
    return [{}, *({name: text} for name, facts in operation.query.items() for text in _texts(name, facts))]


def path_of_existing(operation: Operation, sandbox: Sandbox, http: httpx.Client) -> str:
    """Return the operation's path with the id of a new object that is completely processed."""
    if not operation.path_parameters:
        return operation.path
    if operation.collection == "/v2/pals":
        return _path_of_attached(operation, sandbox, http)
    (parameter,) = operation.path_parameters
    creating = CONTRACT[f"POST {operation.collection}"]
    item = http.post(creating.path, json=body_for(creating)).raise_for_status().json()
    sandbox.control.advance(DAY)
    return operation.at(next(value for key, value in item.items() if key.endswith(parameter)))


def _path_of_attached(operation: Operation, sandbox: Sandbox, http: httpx.Client) -> str:
    """Return the path of an operation on what is attached to a new persona: a tool, or a skill."""
    pal = http.post("/v2/personas", json=body_for(CONTRACT["POST /v2/personas"])).raise_for_status().json()["persona_id"]
    sandbox.control.seed(tools=[{"tool_id": "t1"}])
    http.post(f"/v2/pals/{pal}/tools", json={"tool_ids": ["t1"]}).raise_for_status()
    http.put(f"/v2/pals/{pal}/skills/memory", json={}).raise_for_status()
    return operation.path.format(pal_id=pal, tool_id="t1", skill_id="memory")


def smallest(fields: Fields, name: str = "") -> Any:
    """Return the smallest value that the contract accepts for the field `name`; of variants the first."""
    facts = fields[name]
    kind = facts.get("type", "string")
    if kind == "object":
        return {each.rpartition(".")[2]: smallest(fields, each) for each in _required(fields, name)}
    if kind == "array":
        return [smallest(fields, f"{name}[]")] if f"{name}[]" in fields else []
    plain = {"boolean": True, "integer": facts.get("minimum", 1), "number": facts.get("minimum", 1), "string": "text"}
    return facts.get("enum", [plain[kind]])[0]


def _required(fields: Fields, name: str) -> list[str]:
    direct = [each for each in fields if each and each.rpartition(".")[0] == name and not each.endswith(("[]", "{}"))]
    return [each for each in direct if fields[each].get("required") and fields[each].get("variant", 1) == 1]


def _texts(name: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    by_kind = {"boolean": ("true", "false"), "integer": (str(facts.get("minimum", 1)),)}
    return tuple(facts.get("enum", ())) or _TEXTS.get(name) or by_kind.get(facts.get("type", ""), ("text",))
