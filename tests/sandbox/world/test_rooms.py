"""Rooms, in which participants join, leave and record."""

from __future__ import annotations

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import create, create_id


def test_the_conversation_url_leads_to_the_room(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """conversation_url shows the participants, and participants act on the paths below it."""
    room = create(api)
    url = room["conversation_url"]
    assert url == f"{sandbox.url}/rooms/{room['conversation_id']}"
    assert guest.get(url).json()["participants"] == []
    assert guest.post(f"{url}/join", json={"participant": "anna"}).json()["participants"] == ["anna"]


def test_the_conversation_url_does_not_hold_the_key(sandbox: Sandbox, api: httpx.Client) -> None:
    """The URL does not contain the default key, which Pulumi would mask wherever it appears."""
    assert sandbox.key not in create(api)["conversation_url"]


def test_a_room_does_not_show_where_events_go(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client) -> None:
    """A callback address may hold a token, and rooms need no key: only answers to the key have it."""
    room = create(api, callback_url="https://receiver.example/hook?token=hidden", properties={"participant_left_timeout": 60})
    url = room["conversation_url"]
    answers = [guest.get(url), *(guest.post(f"{url}/{action}", json={}) for action in ("join", "leave"))]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("hidden" in answer.text for answer in answers)
    assert api.get(f"/v2/conversations/{room['conversation_id']}").json()["callback_url"].endswith("hidden")


def test_participants_join_and_leave(sandbox: Sandbox, api: httpx.Client) -> None:
    """Participants have chosen or default names, and by default the one who joined last leaves first."""
    conversation_id = create_id(api)
    sandbox.control.join(conversation_id, "anna")
    assert sandbox.control.join(conversation_id)["participants"] == ["anna", "participant-2"]
    assert sandbox.control.leave(conversation_id)["participants"] == ["anna"]
    assert sandbox.control.join(conversation_id)["participants"] == ["anna", "participant-3"]


def test_a_private_room_asks_for_its_token(sandbox: Sandbox, api: httpx.Client) -> None:
    """Nobody joins a private room without the token of that room."""
    room, other = create(api, require_auth=True), create(api, require_auth=True)
    for token in (None, "", "wrong", other["meeting_token"]):
        with pytest.raises(ControlError, match="You are not allowed to join this meeting."):
            sandbox.control.join(room["conversation_id"], token=token)
    assert sandbox.control.join(room["conversation_id"], token=room["meeting_token"])["participants"]


def test_a_token_is_valid_for_the_absent_timeout(sandbox: Sandbox, api: httpx.Client) -> None:
    """A token expires after participant_absent_timeout, even if the room is still open."""
    room = create(api, require_auth=True, properties={"participant_absent_timeout": 60})
    sandbox.control.join(room["conversation_id"], token=room["meeting_token"])
    sandbox.control.advance(60)
    with pytest.raises(ControlError, match="not allowed"):
        sandbox.control.join(room["conversation_id"], token=room["meeting_token"])


def test_a_room_can_be_full(sandbox: Sandbox, api: httpx.Client) -> None:
    """max_participants counts the replica."""
    conversation_id = create_id(api, max_participants=2)
    sandbox.control.join(conversation_id)
    with pytest.raises(ControlError, match="full: max_participants is 2"):
        sandbox.control.join(conversation_id)


def test_a_name_cannot_join_twice(sandbox: Sandbox, api: httpx.Client) -> None:
    """A participant whose name is in the room cannot join."""
    conversation_id = create_id(api)
    sandbox.control.join(conversation_id, "anna")
    with pytest.raises(ControlError, match="anna is in the room already"):
        sandbox.control.join(conversation_id, "anna")


def test_only_a_participant_can_leave(sandbox: Sandbox, api: httpx.Client) -> None:
    """A name that is not in the room cannot leave it."""
    conversation_id = create_id(api)
    with pytest.raises(ControlError, match="nobody is in the room"):
        sandbox.control.leave(conversation_id)
    sandbox.control.join(conversation_id, "anna")
    with pytest.raises(ControlError, match="ben is not in the room"):
        sandbox.control.leave(conversation_id, "ben")


@pytest.mark.parametrize("action", ["join", "leave", "start_recording", "stop_recording"])
def test_a_room_that_has_ended_refuses_everything(sandbox: Sandbox, api: httpx.Client, guest: httpx.Client, action: str) -> None:
    """An ended conversation answers 409 to participants, an unknown one 404."""
    url = create(api)["conversation_url"]
    sandbox.control.advance(300)
    assert guest.post(f"{url}/{action}").status_code == 409
    assert guest.post(f"{url}x/{action}").status_code == 404
