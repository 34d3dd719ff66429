"""Every call in a conversation's life is in the contract, with parameters that the contract has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.sandbox import Sandbox
from tests.contract.facts import find_operation
from tests.contract.inputs import BASE
from tests.contract.served import client
from tests.contract.shape import mismatches, query_mismatches
from tests.support.http_server import Answer, serve_answers
from tests.support.lifecycles import conversation_at

CREATE, GET, END, DELETE, LIST = (
    "POST /v2/conversations",
    "GET /v2/conversations/{conversation_id}",
    "POST /v2/conversations/{conversation_id}/end",
    "DELETE /v2/conversations/{conversation_id}",
    "GET /v2/conversations",
)

Step = Callable[[ConversationLifecycle, str], object]

STEPS: Mapping[str, tuple[Step, list[str]]] = {
    "create": (lambda call, _: call.create(dict(BASE)), [CREATE, GET]),
    "adopt": (lambda call, id_: call.create({"existing_conversation_id": id_}), [GET]),
    "read": (lambda call, id_: call.read(id_, {}), [GET]),
    "read what is gone": (lambda call, _: call.read("c0", {}), [GET]),
    "end": (lambda call, id_: call.delete(id_, {}), [END]),
    "delete": (lambda call, id_: call.delete(id_, {"on_destroy": "delete"}), [END, DELETE]),
    "delete for ever": (lambda call, id_: call.delete(id_, {"on_destroy": "delete_hard"}), [END, DELETE]),
    "delete what is gone": (lambda call, _: call.delete("c0", {"on_destroy": "delete"}), [END]),
}


def operations_of(calls: Iterable[tuple[str, str, Mapping[str, str], Any]]) -> list[str]:
    """Return the called operations, by method, path, query and body; fails where the contract lacks any of it."""
    found = []
    for method, path, query, body in calls:
        operation = find_operation(method, path)
        assert list(query_mismatches(query, operation.query)) == []
        assert list(mismatches(body, operation.request)) == []
        found.append(str(operation))
    return found


@pytest.mark.parametrize("step", STEPS)
def test_each_step_makes_calls_of_the_contract(tavus: Sandbox, step: str) -> None:
    """Creating, adopting, reading, ending and deleting make only calls of the contract, and no superfluous ones."""
    with client(tavus) as http:
        existing = http.post("/v2/conversations", json=BASE).json()["conversation_id"]
    before = len(tavus.control.calls())

    take, operations = STEPS[step]
    take(conversation_at(tavus.url), existing)

    made = [(call["method"], call["path"], call["query"], call["body"]) for call in tavus.control.calls()[before:]]
    assert operations_of(made) == operations


def test_looking_for_a_lost_conversation_calls_the_contracts_list() -> None:
    """Where the answer to a creation is lost, the list is read page after page, as the contract has it."""
    inputs = {**BASE, "conversation_name": "call-1234567"}
    now = datetime.now(UTC).isoformat()
    item = {"conversation_id": "c1", "conversation_name": "call-1234567", "status": "active", "created_at": now, **BASE}
    lost, page, end = Answer(closes=True), Answer(body={"data": [item]}), Answer(body={"data": []})

    with serve_answers(lost, page, end, Answer(body=item)) as server:
        conversation_at(server.url).create(inputs)

    asked = [(request.method, urlsplit(request.path), request.body) for request in server.requests]
    made = [(method, url.path, dict(parse_qsl(url.query)), body) for method, url, body in asked]
    assert operations_of(made) == [CREATE, LIST, LIST, GET]
    assert all(query["status"] == "active" for _, _, query, _ in made[1:3])
