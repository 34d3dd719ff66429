"""The client understands every error that the contract documents."""

from __future__ import annotations

import pytest

from tavus_provider.api.client import Call, TavusClient
from tavus_provider.api.errors import ApiError, Gone
from tests.contract.facts import CONTRACT
from tests.scripted import Answer, scripted

ERRORS = sorted(
    {(status, key) for each in CONTRACT.values() for status, body in each.responses.items() if status >= 400 for key in body or {} if key}
)
CONVERSATION = [each for each in CONTRACT.values() if "conversation_id" in each.path_parameters]


def raised(answer: Answer, call: Call) -> ApiError:
    """Return the error that an answer becomes."""
    with scripted(answer) as server, pytest.raises(ApiError) as caught:
        TavusClient(server.url, "key", retry_timeout=0).send(call)
    return caught.value


def test_each_documented_error_has_its_text_under_one_key() -> None:
    """The contract knows `error` and `message`, and never both in one body."""
    bodies = [body or {} for each in CONTRACT.values() for status, body in each.responses.items() if status >= 400]

    assert {tuple(key for key in body if key) for body in bodies} == {("error",), ("message",)}


@pytest.mark.parametrize(("status", "key"), ERRORS)
def test_the_words_of_each_documented_error_are_told(status: int, key: str) -> None:
    """Whatever the status, and under either key, Tavus's words are in the error."""
    error = raised(Answer(status, {key: "the words"}), Call("POST", "/v2/conversations", "try", repeatable=False))

    assert error.status == status
    assert "'the words'" in str(error)


@pytest.mark.parametrize("operation", CONVERSATION, ids=str)
def test_an_unknown_conversation_is_gone_and_no_other_error_is(operation: object) -> None:
    """Of all documented errors only the one for an id that Tavus does not know means that the conversation is gone."""
    ...
