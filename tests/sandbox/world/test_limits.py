"""Limits of an account: concurrency and credits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tavus_provider.sandbox import Limits, Sandbox
from tests.sandbox.helpers import create_id
from tests.support.conversations import PERSONA

TOO_MANY = (400, {"message": "User has reached maximum concurrent conversations"})
NO_CREDITS = (402, {"message": "The user is out of conversational credits."})


def try_create(api: httpx.Client) -> tuple[int, dict[str, str]]:
    """Try to create a conversation and return status and body."""
    response = api.post("/v2/conversations", json={"persona_id": PERSONA})
    return response.status_code, response.json()


def test_there_is_no_limit_by_default(api: httpx.Client) -> None:
    """A fresh sandbox allows any number of conversations."""
    assert len({create_id(api) for _ in range(30)}) == 30


def test_the_concurrency_limit_answers_with_message(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation beyond the limit is refused with 400 and `message`, unlike other 400s."""
    sandbox.control.set_limits(concurrency=2)
    create_id(api)
    create_id(api)
    assert try_create(api) == TOO_MANY


def test_an_end_frees_the_slot(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation frees its slot when a call ends it and when it ends by itself."""
    sandbox.control.set_limits(concurrency=1)
    api.post(f"/v2/conversations/{create_id(api)}/end")
    create_id(api)
    assert try_create(api) == TOO_MANY
    sandbox.control.advance(300)
    assert try_create(api)[0] == 200


def test_simultaneous_creates_never_exceed_the_limit(sandbox: Sandbox, api: httpx.Client) -> None:
    """Of many simultaneous calls, exactly as many succeed as there are slots."""
    sandbox.control.set_limits(concurrency=3)
    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(try_create, api) for _ in range(24)]]
    assert [status for status, _ in answers].count(200) == 3
    assert answers.count(TOO_MANY) == 21
    assert sandbox.control.books()["active"] == 3


def test_used_up_credits_answer_402(sandbox: Sandbox, api: httpx.Client) -> None:
    """A create call without credits is answered 402, one credit being a minute, and running conversations go on."""
    sandbox.control.set_limits(credits=5)
    running = create_id(api, properties={"participant_absent_timeout": 3600})
    sandbox.control.advance(299)
    assert try_create(api)[0] == 200
    sandbox.control.advance(1)
    assert try_create(api) == NO_CREDITS
    assert sandbox.control.room(running)["status"] == "active"
    sandbox.control.set_limits(credits=None)
    assert try_create(api)[0] == 200


def test_limits_can_be_given_from_the_start() -> None:
    """The sandbox takes limits as an argument, and a reset returns to them."""
    with (
        Sandbox(limits=Limits(credits=0)) as sandbox,
        httpx.Client(base_url=sandbox.url, headers={"x-api-key": "sandbox"}) as api,
    ):
        assert try_create(api) == NO_CREDITS
        sandbox.control.set_limits(credits=1, concurrency=0)
        assert try_create(api) == TOO_MANY
        sandbox.control.reset()
        assert try_create(api) == NO_CREDITS


def test_limits_that_are_not_named_stay(sandbox: Sandbox, api: httpx.Client) -> None:
    """A change of one limit leaves the others as they are."""
    sandbox.control.set_limits(concurrency=0)
    sandbox.control.set_limits(credits=100)
    assert try_create(api) == TOO_MANY
