"""Opening a conversation once, whatever happens to the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tavus_provider.api.errors import ApiError, RoleNotAssumable, ServerError, TavusError
from tests.support.conversations import PERSONA
from tests.support.http_server import Answer, Script, serve_answers
from tests.support.lifecycles import conversation_at

NAMED = {"persona_id": PERSONA, "conversation_name": "Welcome", "replica_id": "r1"}


def listed(**changes: Any) -> dict[str, Any]:
    """Return a list entry for the conversation that `NAMED` describes, created now."""
    entry = {"conversation_id": "c1", "status": "active", "created_at": datetime.now(UTC).isoformat(), **NAMED}
    return {**entry, **changes}


def methods(tavus: Script) -> list[str]:
    """Return the methods of the calls that were made."""
    return [request.method for request in tavus.requests]


NO_IDS = [Answer(200, {"conversation_id": value}) for value in ("", None, 12345, ["c9"], {"id": "c9"})]


@pytest.mark.parametrize("lost", [Answer(closes=True), Answer(502), Answer(200, "<html>"), Answer(200, {}), *NO_IDS])
def test_a_conversation_whose_answer_was_lost_is_found(lost: Answer) -> None:
    """The create searches the active conversations, and takes the one that was created."""
    with serve_answers(lost, Answer(body={"data": [listed()]}), Answer(body={"data": []})) as tavus:
        id_, _ = conversation_at(tavus.url).create(NAMED)

    assert id_ == "c1"
    assert methods(tavus) == ["POST", "GET", "GET"]
    assert tavus.requests[1].path == "/v2/conversations?limit=100&page=1&status=active"


def test_creating_is_repeated_only_after_a_look_found_nothing() -> None:
    """The create repeats the call only after the list did not have the conversation."""
    answers = [Answer(503), Answer(body={"data": []}), Answer(body={"conversation_id": "c2", "status": "active"})]
    with serve_answers(*answers) as tavus:
        id_, _ = conversation_at(tavus.url).create(NAMED)

    assert id_ == "c2"
    assert methods(tavus) == ["POST", "GET", "POST"]


@pytest.mark.parametrize(
    "other",
    [
        {"conversation_name": "Another"},
        {"persona_id": "p2"},
        {"replica_id": "r2"},
        {"created_at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat()},
    ],
)
def test_somebody_elses_conversation_is_not_taken(other: dict[str, Any]) -> None:
    """Only a conversation of that name, persona and replica, created since we began, can be the lost one."""
    found = Answer(body={"data": [listed(**other)]})
    created = Answer(body={"conversation_id": "c2", "status": "active"})
    with serve_answers(Answer(502), found, Answer(body={"data": []}), created) as tavus:
        assert conversation_at(tavus.url).create(NAMED)[0] == "c2"


def test_two_candidates_are_not_guessed_between() -> None:
    """If several conversations match, the error names them, and the create makes no further one."""
    both = Answer(body={"data": [listed(), listed(conversation_id="c2")]})
    with serve_answers(Answer(502), both, Answer(body={"data": []})) as tavus, pytest.raises(TavusError, match="any of .*c1.*c2"):
        conversation_at(tavus.url).create(NAMED)

    assert methods(tavus).count("POST") == 1


def test_without_a_look_nothing_is_repeated() -> None:
    """If the list cannot be read either, the error says that a conversation may be active and where to look."""
    with (
        serve_answers(Answer(502)) as tavus,
        pytest.raises(TavusError, match="may be active and billed: run `pulumi up` again") as told,
    ):
        conversation_at(tavus.url, retry_timeout=0.1).create(NAMED)

    assert not isinstance(told.value, ServerError)
    assert methods(tavus).count("POST") == 1


def test_a_fresh_role_is_tried_again() -> None:
    """The create repeats exactly this refusal: IAM spreads a new role with a delay, and Tavus created nothing."""
    refused = Answer(400, {"error": "unable to assume role with given parameters"})
    with serve_answers(refused, refused, Answer(body={"conversation_id": "c1"})) as tavus:
        assert conversation_at(tavus.url, role_timeout=10).create(NAMED)[0] == "c1"

    assert methods(tavus)[:3] == ["POST", "POST", "POST"]


def test_a_wrong_role_is_told_after_the_bounded_time() -> None:
    """After roleTimeout the error says what a role needs."""
    with serve_answers(Answer(400, {"error": "unable to assume role with given parameters"})) as tavus:
        with pytest.raises(RoleNotAssumable, match="291871421005.*43200 seconds"):
            conversation_at(tavus.url, role_timeout=0).create(NAMED)


def test_no_other_refusal_is_repeated() -> None:
    """The create raises the error of a bad request at once."""
    with serve_answers(Answer(400, {"error": "no"})) as tavus, pytest.raises(ApiError):
        conversation_at(tavus.url, role_timeout=10).create(NAMED)

    assert methods(tavus) == ["POST"]
