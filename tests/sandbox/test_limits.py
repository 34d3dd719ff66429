"""What an account may do at a time and in all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tavus_provider.sandbox import Limits, Sandbox
from tests.sandbox.helpers import create_id
from tests.support.conversations import PERSONA

TOO_MANY = (400, {"message": "User has reached maximum concurrent conversations"})
NO_CREDITS = (402, {"message": "The user is out of conversational credits."})


def attempt(api: httpx.Client) -> tuple[int, dict[str, str]]:
    """Try to create a conversation and return status and body."""
    response = api.post("/v2/conversations", json={"persona_id": PERSONA})
    return response.status_code, response.json()


def test_there_is_no_limit_by_default(api: httpx.Client) -> None:
    """A fresh sandbox lets one open as many conversations as one likes."""
    assert len({create_id(api) for _ in range(30)}) == 30


def test_the_concurrency_limit_answers_with_message(sandbox: Sandbox, api: httpx.Client) -> None:
    """One conversation too many is a 400 whose text stands under `message`, unlike other 400s."""
    sandbox.control.set_limits(concurrency=2)
    create_id(api)
    create_id(api)
    assert attempt(api) == TOO_MANY


def test_an_end_frees_the_slot(sandbox: Sandbox, api: httpx.Client) -> None:
    """A slot is free again when a conversation ends, by call or by itself."""
    sandbox.control.set_limits(concurrency=1)
    api.post(f"/v2/conversations/{create_id(api)}/end")
    create_id(api)
    assert attempt(api) == TOO_MANY
    sandbox.control.advance(300)
    assert attempt(api)[0] == 200


def test_simultaneous_creates_never_exceed_the_limit(sandbox: Sandbox, api: httpx.Client) -> None:
    """Of many calls at once exactly as many succeed as there are slots."""
    sandbox.control.set_limits(concurrency=3)
    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(attempt, api) for _ in range(24)]]
    assert [status for status, _ in answers].count(200) == 3
    assert answers.count(TOO_MANY) == 21
    assert sandbox.control.books()["active"] == 3


def test_used_up_credits_answer_402(sandbox: Sandbox, api: httpx.Client) -> None:
    """A credit is a minute; who has used them all cannot open a conversation, but those that run go on."""
    sandbox.control.set_limits(credits=5)
    running = create_id(api, properties={"participant_absent_timeout": 3600})
    sandbox.control.advance(299)
    assert attempt(api)[0] == 200
    sandbox.control.advance(1)
    assert attempt(api) == NO_CREDITS
    assert sandbox.control.room(running)["status"] == "active"
    sandbox.control.set_limits(credits=None)
    assert attempt(api)[0] == 200


def test_limits_can_be_given_from_the_start() -> None:
    """The sandbox takes its limits when it is made, and a reset returns to them."""
    with (
        Sandbox(limits=Limits(credits=0)) as sandbox,
        httpx.Client(base_url=sandbox.url, headers={"x-api-key": "sandbox"}) as api,
    ):
        assert attempt(api) == NO_CREDITS
        sandbox.control.set_limits(credits=1, concurrency=0)
        assert attempt(api) == TOO_MANY
        sandbox.control.reset()
        assert attempt(api) == NO_CREDITS


def test_limits_that_are_not_named_stay(sandbox: Sandbox, api: httpx.Client) -> None:
    """Changing one limit leaves the others."""
    sandbox.control.set_limits(concurrency=0)
    sandbox.control.set_limits(credits=100)
    assert attempt(api) == TOO_MANY
