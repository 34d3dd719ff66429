"""The five operations on conversations."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create, create_id, get
from tests.support.conversations import PERSONA, REPLICA

UNKNOWN = (400, {"error": "Invalid conversation_id"})


def test_create_answers_without_replica_and_persona(api: httpx.Client) -> None:
    """The answer to a create call lacks replica_id, persona_id and updated_at, and has the address of the hosted room."""
    answer = create(api, conversation_name="Tour", callback_url="http://127.0.0.1:9/hook")
    assert set(answer) == {
        "conversation_id",
        "conversation_name",
        "conversation_url",
        "room_url",
        "status",
        "callback_url",
        "created_at",
    }
    assert (answer["conversation_name"], answer["callback_url"], answer["status"]) == (
        "Tour",
        "http://127.0.0.1:9/hook",
        "active",
    )


def test_get_answers_with_replica_and_persona(api: httpx.Client) -> None:
    """GET adds replica_id, persona_id and updated_at to the fields of the create answer."""
    created = create(api, conversation_name="Tour")
    shown = api.get(f"/v2/conversations/{created['conversation_id']}").json()
    assert created.pop("room_url") == created["conversation_url"]
    assert shown == {**created, "replica_id": REPLICA, "persona_id": PERSONA, "updated_at": created["created_at"]}


def test_the_call_is_in_the_room_that_the_user_owns(api: httpx.Client) -> None:
    """With a room at Daily, that is the address of the call, in every answer; the hosted room stays."""
    created = create(api, properties={"daily_room": "https://acme.daily.co/front-desk"})
    shown = api.get(f"/v2/conversations/{created['conversation_id']}").json()
    assert created["conversation_url"] == shown["conversation_url"] == "https://acme.daily.co/front-desk"
    assert created["room_url"].endswith(created["conversation_id"])


def test_a_meeting_elsewhere_has_no_hosted_room(api: httpx.Client) -> None:
    """A replica that joins a meeting elsewhere has no room of Tavus's to show."""
    assert "room_url" not in create(api, meeting_url="https://meet.google.com/abc-defg-hij")


def test_get_shows_events_only_when_verbose(api: httpx.Client) -> None:
    """GET shows the events only with verbose=true."""
    conversation_id = create_id(api)
    assert "events" not in api.get(f"/v2/conversations/{conversation_id}", params={"verbose": "false"}).json()
    event = get(api, conversation_id)["events"][0]
    assert (event["event_type"], event["properties"]) == ("system.replica_joined", {"replica_id": REPLICA})


def test_only_the_create_answer_shows_the_token_of_a_private_room(api: httpx.Client) -> None:
    """Only the answer to a create call shows the meeting token, and only with require_auth."""
    private = create(api, require_auth=True)
    assert private["meeting_token"].count(".") == 2
    assert "meeting_token" not in get(api, private["conversation_id"])
    assert "meeting_token" in create(api, properties={"require_auth": True})
    assert "meeting_token" not in create(api, require_auth=False)


def test_times_are_iso_8601_in_utc(api: httpx.Client) -> None:
    """created_at is the present moment in UTC."""
    created = datetime.fromisoformat(create(api)["created_at"])
    assert created.tzinfo == UTC
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60


def test_a_conversation_without_a_name_gets_a_default(api: httpx.Client) -> None:
    """A conversation without a name gets a default name; without a callback URL it shows an empty one."""
    answer = create(api)
    assert answer["conversation_name"].startswith("New Conversation ")
    assert answer["callback_url"] == ""


def test_replica_id_overrides_the_default_replica_of_the_persona(api: httpx.Client) -> None:
    """replica_id overrides the persona's default replica."""
    conversation_id = create_id(api, replica_id="rf4e9d9790f0")
    assert get(api, conversation_id)["replica_id"] == "rf4e9d9790f0"


def test_a_replica_alone_is_enough(api: httpx.Client) -> None:
    """A conversation without persona_id gets the default persona."""
    answer = api.post("/v2/conversations", json={"replica_id": REPLICA}).json()
    shown = get(api, answer["conversation_id"])
    assert shown["replica_id"] == REPLICA
    assert api.get(f"/v2/personas/{shown['persona_id']}").status_code == 200


def test_end_answers_200_without_a_body(api: httpx.Client) -> None:
    """Ending answers 200 with an empty body, and the conversation is `ended` from then on."""
    conversation_id = create_id(api)
    response = api.post(f"/v2/conversations/{conversation_id}/end")
    assert (response.status_code, response.content) == (200, b"")
    assert get(api, conversation_id)["status"] == "ended"


def test_ending_twice_changes_nothing(api: httpx.Client) -> None:
    """A second end answers 200 and changes neither the time nor the reason of the first."""
    conversation_id = create_id(api)
    api.post(f"/v2/conversations/{conversation_id}/end")
    before = get(api, conversation_id)
    assert api.post(f"/v2/conversations/{conversation_id}/end").status_code == 200
    assert get(api, conversation_id) == before


@pytest.mark.parametrize(("query", "kept"), [({}, "soft"), ({"hard": "false"}, "soft"), ({"hard": "true"}, "hard")])
def test_delete_answers_204_and_the_conversation_is_gone(
    sandbox: Sandbox, api: httpx.Client, query: dict[str, str], kept: str
) -> None:
    """A deleted conversation is unknown to every path and in no list; only the books still have it."""
    conversation_id = create_id(api)
    path = f"/v2/conversations/{conversation_id}"
    response = api.delete(path, params=query)
    assert (response.status_code, response.content) == (204, b"")
    for gone in (api.get(path), api.post(f"{path}/end"), api.delete(path)):
        assert (gone.status_code, gone.json()) == UNKNOWN
    assert api.get("/v2/conversations").json() == {"data": [], "total_count": 0}
    assert [(room["conversation_id"], room["deleted"]) for room in sandbox.control.conversations()] == [(conversation_id, kept)]


def test_deleting_an_active_conversation_ends_it(sandbox: Sandbox, api: httpx.Client) -> None:
    """A deleted conversation is not billed any further."""
    conversation_id = create_id(api)
    api.delete(f"/v2/conversations/{conversation_id}")
    room = sandbox.control.room(conversation_id)
    assert (room["status"], room["shutdown_reason"]) == ("ended", "daily_room_has_been_deleted")
    assert sandbox.control.books()["active"] == 0


@pytest.mark.parametrize("conversation_id", ["c123456", "none", "%0A", "%00", "🙂", "a" * 2000, "..%5C.."])
def test_an_unknown_id_answers_400(api: httpx.Client, conversation_id: str) -> None:
    """An unknown conversation is answered 400 with exactly this text, never 404."""
    path = f"/v2/conversations/{conversation_id}"
    for response in (api.get(path), api.delete(path), api.post(f"{path}/end")):
        assert (response.status_code, response.json()) == UNKNOWN


def test_a_list_shows_what_get_shows(api: httpx.Client) -> None:
    """A list shows conversations as GET does, without events, newest first."""
    first, second = create_id(api), create_id(api)
    listed = api.get("/v2/conversations").json()
    assert listed == {
        "data": [api.get(f"/v2/conversations/{one}").json() for one in (second, first)],
        "total_count": 2,
    }


def test_pages_have_ten_items_and_start_at_one(api: httpx.Client) -> None:
    """The default of limit is 10 and that of page is 1; total_count counts the items of all pages."""
    ids = [create_id(api) for _ in range(12)][::-1]

    def page(**query: int) -> list[str]:
        answer = api.get("/v2/conversations", params=query).json()
        assert answer["total_count"] == 12
        return [one["conversation_id"] for one in answer["data"]]

    assert page() == page(page=1) == ids[:10]
    assert page(page=2) == ids[10:]
    assert page(limit=5, page=2) == ids[5:10]
    assert page(limit=100) == ids
    assert page(page=3) == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=abc",
        "limit=-1",
        "limit=0",
        "limit=1.5",
        "limit=",
        "limit=" + "9" * 5000,
        "limit=%00",
        "limit=%D9%A1",
        "page=0",
        "page=-1",
        "page=x",
    ],
)
def test_invalid_pages_count_as_the_default(api: httpx.Client, query: str) -> None:
    """The list takes the default for a limit or page that is not a positive integer, and never answers 400."""
    create(api)
    response = api.get(f"/v2/conversations?{query}")
    assert response.status_code == 200
    assert response.json()["total_count"] == 1
    assert len(response.json()["data"]) == 1


def test_the_list_can_be_filtered_by_status(api: httpx.Client) -> None:
    """status=active and status=ended select conversations, and total_count counts the selected ones."""
    active, ended = create_id(api), create_id(api)
    api.post(f"/v2/conversations/{ended}/end")

    def found(status: str) -> tuple[list[str], int]:
        answer = api.get("/v2/conversations", params={"status": status}).json()
        return [one["conversation_id"] for one in answer["data"]], answer["total_count"]

    assert found("active") == ([active], 1)
    assert found("ended") == ([ended], 1)
    assert found("other") == ([], 0)
