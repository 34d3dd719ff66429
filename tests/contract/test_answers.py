"""The sandbox answers each operation that it serves as the contract says, but for what is listed here."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.remote import LimitChanges
from tests.contract.facts import CONTRACT, CREATE, GET, LIST, Operation
from tests.contract.inputs import BASE
from tests.contract.served import body_for, client, path_of_existing, queries_for, served
from tests.contract.shape import flat, mismatches

SERVED = served()
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

DEVIATIONS: Mapping[tuple[int, str], tuple[LimitChanges, str]] = {
    (400, "message"): ({"concurrency": 0}, "the concurrency limit is answered so in practice; the contract has `error`"),
    (402, "message"): ({"credits": 0}, "credits that are used up are answered so in practice; the contract is silent"),
}
"""What the sandbox answers to a creation on purpose beyond the contract: status and key, what brings it about, and why."""


def contradictions(operation: Operation, answer: httpx.Response) -> list[str]:
    """Return in what an answer is not one that the contract has for the operation."""
    if answer.status_code not in operation.responses:
        return [f"{answer.status_code} is not documented: {answer.text}"]
    if answer.content and answer.headers["content-type"] != "application/json":
        return [f"the body is {answer.headers['content-type']}"]
    return list(mismatches(answer.json() if answer.content else None, operation.responses[answer.status_code]))


def test_the_sandbox_serves_conversations_whole() -> None:
    """No operation on conversations is missing in the sandbox."""
    wanted = {each for each in CONTRACT.values() if each.collection == CREATE.path}
    assert len(wanted) == 5
    assert wanted <= set(SERVED)


@pytest.mark.parametrize(
    ("operation", "query"),
    [(each, query) for each in SERVED for query in queries_for(each)],
    ids=str,
)
def test_a_success_is_the_contracts(tavus: Sandbox, operation: Operation, query: dict[str, str]) -> None:
    """Each operation succeeds with each of its query parameters, and answers only with fields of the contract, rightly typed."""
    with client(tavus) as http:
        path = path_of_existing(operation, http)
        answer = http.request(operation.method, path, params=query, json=body_for(operation))

    assert answer.is_success, answer.text
    assert contradictions(operation, answer) == []


def test_a_whole_life_shows_every_field(tavus: Sandbox) -> None:
    """A private, recorded conversation that somebody visited has, in all its answers, each field that the contract has."""
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
        assert {name for name, _ in flat(answer.json()) if name in fields} == set(fields)


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
def test_an_unknown_id_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation) -> None:
    """An id that nothing has is answered with a documented status, and the error under the documented key."""
    with client(tavus) as http:
        answer = http.request(operation.method, operation.at("x0"), json=body_for(operation))

    assert answer.status_code in (400, 404)
    assert contradictions(operation, answer) == []
    assert any(answer.json().values())


@pytest.mark.parametrize("content", ["[", '"text"', "[1]"])
@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_an_impossible_body_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation, content: str) -> None:
    """A body that is no JSON, or of the wrong type, is answered with a documented status and key."""
    with client(tavus) as http:
        path = path_of_existing(operation, http)
        answer = http.request(operation.method, path, content=content, headers={"content-type": "application/json"})

    assert answer.is_client_error
    assert contradictions(operation, answer) == []


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {}], ids=["wrong", "missing"])
@pytest.mark.parametrize("operation", SERVED, ids=str)
def test_a_wrong_key_is_refused_in_the_contracts_words(tavus: Sandbox, operation: Operation, headers: dict[str, str]) -> None:
    """Without the right key each operation answers the one 401 of the contract, also the few for which it names none."""
    # assumed: auth-first
    answer = httpx.request(operation.method, tavus.url + operation.at("x0"), headers=headers, trust_env=False)

    assert answer.status_code == 401
    assert {(401, key) for key in answer.json()} == {
        error for each in CONTRACT.values() for error in each.errors if error[0] == 401
    }


@pytest.mark.parametrize(("status", "key"), DEVIATIONS)
def test_a_deviation_is_as_it_is_listed(tavus: Sandbox, status: int, key: str) -> None:
    """What the sandbox does beyond the contract is what is listed, and the contract still does not have it."""
    limits, _ = DEVIATIONS[status, key]
    tavus.control.set_limits(**limits)
    with client(tavus) as http:
        answer = http.post(CREATE.path, json=BASE)

    assert (answer.status_code, list(answer.json())) == (status, [key])
    assert contradictions(CREATE, answer) != []
