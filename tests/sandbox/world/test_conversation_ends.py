"""The end of a conversation: its time, its reason, and the billed seconds."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import Receiver, create, create_id, events, get

MAX_DURATION = "max_call_duration reached"
ABSENT = "participant_absent_timeout reached"
LEFT = "participant_left_timeout reached"


def read_end(sandbox: Sandbox, conversation_id: str) -> tuple[str, float, str | None]:
    """Return the conversation's status, the seconds between creation and end, and the reason of the end."""
    room = sandbox.control.room(conversation_id)
    if room["ended_at"] is None:
        return room["status"], 0, None
    span = datetime.fromisoformat(room["ended_at"]) - datetime.fromisoformat(room["created_at"])
    return room["status"], span.total_seconds(), room["shutdown_reason"]


def test_an_untouched_conversation_ends_after_five_minutes(sandbox: Sandbox, api: httpx.Client) -> None:
    """A room that nobody joins ends after the documented participant_absent_timeout of 300 s."""
    conversation_id = create_id(api)
    sandbox.control.advance(299)
    assert get(api, conversation_id)["status"] == "active"
    sandbox.control.advance(1)
    assert read_end(sandbox, conversation_id) == ("ended", 300, ABSENT)


def test_the_absent_timeout_can_be_chosen(sandbox: Sandbox, api: httpx.Client) -> None:
    """participant_absent_timeout counts from the creation."""
    conversation_id = create_id(api, properties={"participant_absent_timeout": 20})
    sandbox.control.advance(1000)
    assert read_end(sandbox, conversation_id) == ("ended", 20, ABSENT)


def test_a_joined_conversation_ends_after_an_hour(sandbox: Sandbox, api: httpx.Client) -> None:
    """A room where somebody stays ends after the documented max_call_duration of 3600 s."""
    conversation_id = create_id(api)
    sandbox.control.join(conversation_id)
    sandbox.control.advance(3599)
    assert get(api, conversation_id)["status"] == "active"
    sandbox.control.advance(1)
    assert read_end(sandbox, conversation_id) == ("ended", 3600, MAX_DURATION)


def test_the_duration_can_be_chosen(sandbox: Sandbox, api: httpx.Client) -> None:
    """max_call_duration ends a room whether anybody joined or not."""
    conversation_id = create_id(api, properties={"max_call_duration": 60})
    sandbox.control.advance(60)
    assert read_end(sandbox, conversation_id) == ("ended", 60, MAX_DURATION)


def test_the_room_closes_when_the_last_participant_leaves(sandbox: Sandbox, api: httpx.Client) -> None:
    """The documented participant_left_timeout is 0 s."""
    conversation_id = create_id(api)
    sandbox.control.join(conversation_id)
    sandbox.control.advance(30)
    assert sandbox.control.leave(conversation_id)["status"] == "ended"
    assert read_end(sandbox, conversation_id)[2] == LEFT


def test_the_left_timeout_can_be_chosen_and_a_return_stops_it(sandbox: Sandbox, api: httpx.Client) -> None:
    """A participant who returns in time keeps the room open; the timeout starts again when the participant leaves again."""
    conversation_id = create_id(api, properties={"participant_left_timeout": 60})
    sandbox.control.join(conversation_id)
    sandbox.control.leave(conversation_id)
    sandbox.control.advance(59)
    sandbox.control.join(conversation_id)
    sandbox.control.advance(600)
    assert sandbox.control.leave(conversation_id)["status"] == "active"
    sandbox.control.advance(60)
    assert sandbox.control.room(conversation_id)["shutdown_reason"] == LEFT


def test_the_room_stays_open_while_somebody_is_there(sandbox: Sandbox, api: httpx.Client) -> None:
    """The timeout starts only when the last participant leaves."""
    conversation_id = create_id(api)
    sandbox.control.join(conversation_id, "anna")
    sandbox.control.join(conversation_id, "ben")
    assert sandbox.control.leave(conversation_id, "anna")["status"] == "active"
    assert sandbox.control.leave(conversation_id, "ben")["status"] == "ended"


@pytest.mark.parametrize("seconds", [0, -5])
def test_a_duration_of_zero_ends_at_once(sandbox: Sandbox, api: httpx.Client, seconds: int) -> None:
    """A room without a positive duration ends at the moment of its creation, since the contract sets no minimum."""
    assert create(api, properties={"max_call_duration": seconds})["status"] == "ended"
    assert sandbox.control.books()["billed_seconds"] == 0


def test_changes_within_one_advance_happen_at_their_own_times(sandbox: Sandbox, api: httpx.Client, receiver: Receiver) -> None:
    """One long advance ends each conversation at its own time, in the order of those times."""
    spans = [500, 100, 300]
    ids = [create_id(api, callback_url=receiver.url, properties={"participant_absent_timeout": span}) for span in spans]
    sandbox.control.advance(10_000)
    assert [read_end(sandbox, one)[1] for one in ids] == spans
    ended = [
        hook["body"]["conversation_id"] for hook in sandbox.control.webhooks() if hook["body"]["event_type"] == "system.shutdown"
    ]
    assert ended == [ids[1], ids[2], ids[0]]


def test_a_fast_clock_ends_conversations_by_itself(receiver: Receiver) -> None:
    """With a fast clock a room ends and sends its webhook without any call."""
    with Sandbox(clock_speed=10_000) as sandbox:
        headers = {"x-api-key": sandbox.key}
        body = {"replica_id": "r90bbd427f71", "callback_url": receiver.url}
        httpx.post(f"{sandbox.url}/v2/conversations", headers=headers, json=body).raise_for_status()
        shutdown = receiver.wait_for("system.shutdown")
    assert shutdown["properties"]["shutdown_reason"] == ABSENT


def test_time_can_stand_still(sandbox: Sandbox, api: httpx.Client) -> None:
    """With a speed of 0 only `advance` moves the clock, and by exactly that time."""
    before = datetime.fromisoformat(create(api)["created_at"])
    after = datetime.fromisoformat(sandbox.control.advance(1.5))
    assert (after - before).total_seconds() == 1.5


@pytest.mark.parametrize("speed", [-1, float("inf"), float("nan")])
def test_an_invalid_clock_speed_is_refused(speed: float) -> None:
    """A clock speed below zero, infinite or not a number is refused."""
    with pytest.raises(ValueError, match="clock speed"):
        Sandbox(clock_speed=speed)


def test_a_conversation_in_test_mode_ends_at_once_and_is_not_billed(sandbox: Sandbox, api: httpx.Client) -> None:
    """In test mode no replica joins, no slot is occupied and nothing is billed."""
    sandbox.control.set_limits(concurrency=0, credits=0)
    answer = create(api, test_mode=True)
    assert answer["status"] == "ended"
    assert get(api, answer["conversation_id"])["events"] == []
    sandbox.control.advance(3600)
    books = sandbox.control.books()
    assert (books["active"], books["billed_seconds"]) == (0, 0)
    assert books["conversations"][0]["test_mode"]


def test_the_shutdown_event_has_the_reason(sandbox: Sandbox, api: httpx.Client) -> None:
    """system.shutdown has the reason in the words of webhooks and of the contract's example."""
    by_call, by_time = create_id(api), create_id(api)
    api.post(f"/v2/conversations/{by_call}/end")
    sandbox.control.advance(300)
    reasons = [events(api, one)["system.shutdown"] for one in (by_call, by_time)]
    assert [(reason["shutdown_reason"], reason["reason"]) for reason in reasons] == [
        ("end_conversation_endpoint_hit", "end_conversation_endpoint_hit"),
        (ABSENT, "participant_absent_timeout"),
    ]


def test_a_conversation_that_somebody_joined_has_a_transcript(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation that somebody joined ends with a transcript that begins with the greeting."""
    visited, empty = create_id(api, custom_greeting="Welcome!"), create_id(api)
    sandbox.control.join(visited)
    sandbox.control.advance(10)
    for one in (visited, empty):
        api.post(f"/v2/conversations/{one}/end")
    assert list(events(api, visited)) == ["system.replica_joined", "application.transcription_ready", "system.shutdown"]
    assert list(events(api, empty)) == ["system.replica_joined", "system.shutdown"]
    turns = events(api, visited)["application.transcription_ready"]["transcript"]
    assert [turn["role"] for turn in turns] == ["assistant", "user"]
    assert turns[0]["content"] == "Welcome!"
    assert [(turn["seconds_from_start"], turn["duration"]) for turn in turns] == [(0, 5), (5, 5)]


def test_the_transcript_begins_when_the_first_participant_joins(sandbox: Sandbox, api: httpx.Client) -> None:
    """A participant who returns does not restart the transcript."""
    conversation_id = create_id(api, properties={"participant_left_timeout": 60})
    sandbox.control.advance(10)
    sandbox.control.join(conversation_id)
    sandbox.control.leave(conversation_id)
    sandbox.control.advance(30)
    sandbox.control.join(conversation_id)
    api.post(f"/v2/conversations/{conversation_id}/end")
    turns = events(api, conversation_id)["application.transcription_ready"]["transcript"]
    assert [turn["seconds_from_start"] for turn in turns] == [10, 25]


def test_updated_at_is_the_time_of_the_end(sandbox: Sandbox, api: httpx.Client) -> None:
    """updated_at changes from the time of the creation to that of the end."""
    conversation_id = create_id(api)
    sandbox.control.advance(300)
    shown = get(api, conversation_id)
    assert shown["created_at"] < shown["updated_at"] == sandbox.control.room(conversation_id)["ended_at"]


def test_the_books_count_every_second_between_creation_and_end(sandbox: Sandbox, api: httpx.Client) -> None:
    """All seconds from creation to end are billed, whether anybody joined or not, and more while a conversation is active."""
    create_id(api, properties={"participant_absent_timeout": 100})
    create_id(api, properties={"max_call_duration": 1000, "participant_absent_timeout": 2000})
    sandbox.control.advance(100)
    books = sandbox.control.books()
    assert (books["active"], books["billed_seconds"]) == (1, 200)
    sandbox.control.advance(5000)
    books = sandbox.control.books()
    assert (books["active"], books["billed_seconds"]) == (0, 1100)
