"""The client understands every error that the contract documents."""

from __future__ import annotations

import pytest

from tavus_provider.api.call import Call
from tavus_provider.api.client import client_for
from tavus_provider.api.errors import ApiError, Gone
from tavus_provider.sandbox import Sandbox
from tests.contract.facts import CONTRACT, Operation
from tests.support.http_server import Answer, serve_answers

ERRORS = sorted({error for each in CONTRACT.values() for error in each.errors})
OF_AN_ID = sorted(
    {(parameter, *error) for each in CONTRACT.values() for parameter in each.path_parameters for error in each.errors}
)
NAMES_A_CONVERSATION = [each for each in CONTRACT.values() if "conversation_id" in each.path_parameters]


def error_from(answer: Answer, call: Call) -> ApiError:
    """Return the error that an answer becomes."""
    with serve_answers(answer) as server, pytest.raises(ApiError) as caught:
        client_for(server.url, "key", 0.0).send(call)
    return caught.value


def test_each_documented_error_has_its_text_under_one_key() -> None:
    """The contract has `error` and `message`, and never both in one body."""
    for operation in CONTRACT.values():
        statuses = [status for status, _ in operation.errors]
        assert sorted(statuses) == sorted({status for status in operation.responses if status >= 400})
    assert {key for _, key in ERRORS} == {"error", "message"}


@pytest.mark.parametrize(("status", "key"), ERRORS)
def test_each_documented_error_is_quoted(status: int, key: str) -> None:
    """Whatever the status, and under either key, Tavus's message is in the error."""
    error = error_from(Answer(status, {key: "the words"}), Call("POST", "/v2/things/t0", "try", "thing_id", repeatable=False))

    assert error.status == status
    assert "'the words'" in str(error)


@pytest.mark.parametrize(("parameter", "status", "key"), OF_AN_ID)
def test_only_an_unknown_id_means_gone(parameter: str, status: int, key: str) -> None:
    """400 and 404 mean that an object is gone with Tavus's own words for an unknown id; no other documented error does."""
    call = Call("GET", "/v2/things/t0", "read t0", parameter)

    assert isinstance(error_from(Answer(status, {key: f"Invalid {parameter}"}), call), Gone) == (status in (400, 404))
    noun = parameter.removesuffix("_id").replace("_", " ")
    assert isinstance(error_from(Answer(status, {key: f"{noun.capitalize()} not found"}), call), Gone) == (status == 404)
    assert not isinstance(error_from(Answer(status, {key: "Invalid something"}), call), Gone)
    assert not isinstance(error_from(Answer(status, {key: "Not Found"}), call), Gone)


@pytest.mark.parametrize("operation", NAMES_A_CONVERSATION, ids=str)
def test_an_unknown_conversation_is_gone(tavus: Sandbox, operation: Operation) -> None:
    """Tavus's answer to the id of an unknown conversation means that it is gone."""
    call = Call(operation.method, operation.at("c0"), "try c0", "conversation_id")

    with pytest.raises(Gone):
        client_for(tavus.url, tavus.key, 0.0).send(call)
