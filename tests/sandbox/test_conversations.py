"""The five operations on conversations, as Tavus answers them."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create, create_id, get
from tests.support.conversations import PERSONA, REPLICA

UNKNOWN = (400, {"error": "Invalid conversation_id"})


def test_create_answers_without_replica_and_persona(api: httpx.Client) -> None:
    """The answer to a create call lacks replica_id, persona_id and updated_at."""
    answer = create(api, conversation_name="Tour", callback_url="http://127.0.0.1:9/hook")
    assert set(answer) == {
        "conversation_id",
        "conversation_name",
        "conversation_url",
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
    """GET adds replica_id, persona_id and updated_at to what create told."""
    created = create(api, conversation_name="Tour")
    shown = api.get(f"/v2/conversations/{created['conversation_id']}").json()
    assert shown == {**created, "replica_id": REPLICA, "persona_id": PERSONA, "updated_at": created["created_at"]}


def test_events_come_only_when_verbose(api: httpx.Client) -> None:
    """GET tells the events with verbose=true only."""
    conversation_id = create_id(api)
    assert "events" not in api.get(f"/v2/conversations/{conversation_id}", params={"verbose": "false"}).json()
    event = get(api, conversation_id)["events"][0]
    assert (event["event_type"], event["properties"]) == ("system.replica_joined", {"replica_id": REPLICA})


def test_a_private_room_has_a_token_in_the_create_answer_alone(api: httpx.Client) -> None:
    """The meeting token is told once, by create, and only with require_auth."""
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


def test_a_conversation_without_name_gets_one(api: httpx.Client) -> None:
    """Without a name Tavus gives one; without a callback URL it shows an empty one."""
    answer = create(api)
    assert answer["conversation_name"].startswith("New Conversation ")
    assert answer["callback_url"] == ""


def test_the_bodys_replica_goes_before_the_personas(api: httpx.Client) -> None:
    """replica_id overrides the persona's default replica."""
    conversation_id = create_id(api, replica_id="rf4e9d9790f0")
    assert get(api, conversation_id)["replica_id"] == "rf4e9d9790f0"


def test_a_replica_alone_is_enough(api: httpx.Client) -> None:
    """Without persona_id the default persona speaks."""
    answer = api.post("/v2/conversations", json={"replica_id": REPLICA}).json()
    shown = get(api, answer["conversation_id"])
    assert shown["replica_id"] == REPLICA
    assert api.get(f"/v2/personas/{shown['persona_id']}").status_code == 200


def test_end_answers_200_without_a_body(api: httpx.Client) -> None:
    """Ending answers 200 with nothing in it, and the conversation is `ended` from then on."""
    conversation_id = create_id(api)
    response = api.post(f"/v2/conversations/{conversation_id}/end")
    assert (response.status_code, response.content) == (200, b"")
    assert get(api, conversation_id)["status"] == "ended"


def test_ending_twice_changes_nothing(api: httpx.Client) -> None:
    """A second end answers 200 and leaves the first one's time and reason."""
    conversation_id = create_id(api)
    api.post(f"/v2/conversations/{conversation_id}/end")
    before = get(api, conversation_id)
    assert api.post(f"/v2/conversations/{conversation_id}/end").status_code == 200
    assert get(api, conversation_id) == before


@pytest.mark.parametrize(("query", "kept"), [({}, "soft"), ({"hard": "false"}, "soft"), ({"hard": "true"}, "hard")])
def test_delete_answers_204_and_the_conversation_is_gone(
    sandbox: Sandbox, api: httpx.Client, query: dict[str, str], kept: str
) -> None:
    """A deleted conversation is unknown to every path and in no list; the books remember it."""
    conversation_id = create_id(api)
    path = f"/v2/conversations/{conversation_id}"
    response = api.delete(path, params=query)
    assert (response.status_code, response.content) == (204, b"")
    for gone in (api.get(path), api.post(f"{path}/end"), api.delete(path)):
        assert (gone.status_code, gone.json()) == UNKNOWN
    assert api.get("/v2/conversations").json() == {"data": [], "total_count": 0}
    assert [(room["conversation_id"], room["deleted"]) for room in sandbox.control.conversations()] == [(conversation_id, kept)]


def test_deleting_an_active_conversation_ends_it(sandbox: Sandbox, api: httpx.Client) -> None:
    """Nothing goes on billing after a delete."""
    conversation_id = create_id(api)
    api.delete(f"/v2/conversations/{conversation_id}")
    room = sandbox.control.room(conversation_id)
    assert (room["status"], room["shutdown_reason"]) == ("ended", "daily_room_has_been_deleted")
    assert sandbox.control.books()["active"] == 0


@pytest.mark.parametrize("conversation_id", ["c123456", "none", "%0A", "%00", "🙂", "a" * 2000, "..%5C.."])
def test_an_unknown_id_answers_400(api: httpx.Client, conversation_id: str) -> None:
    """An unknown conversation is a 400 with exactly this text, never a 404."""
    path = f"/v2/conversations/{conversation_id}"
    for response in (api.get(path), api.delete(path), api.post(f"{path}/end")):
        assert (response.status_code, response.json()) == UNKNOWN


def test_a_list_item_is_what_get_shows(api: httpx.Client) -> None:
    """A list holds conversations as GET shows them, without events, newest first."""
    first, second = create_id(api), create_id(api)
    listed = api.get("/v2/conversations").json()
    assert listed == {
        "data": [api.get(f"/v2/conversations/{one}").json() for one in (second, first)],
        "total_count": 2,
    }


def test_pages_have_ten_items_and_start_at_one(api: httpx.Client) -> None:
    """limit defaults to 10 and page to 1; total_count counts all pages."""
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
def test_senseless_pages_count_as_the_default(api: httpx.Client, query: str) -> None:
    """The list knows no 400: what is no positive integer is taken for the default."""
    create(api)
    response = api.get(f"/v2/conversations?{query}")
    assert response.status_code == 200
    assert response.json()["total_count"] == 1
    assert len(response.json()["data"]) == 1


def test_the_list_can_be_filtered_by_status(api: httpx.Client) -> None:
    """status=active and status=ended let the others out, and total_count follows."""
    active, ended = create_id(api), create_id(api)
    api.post(f"/v2/conversations/{ended}/end")

    def found(status: str) -> tuple[list[str], int]:
        answer = api.get("/v2/conversations", params={"status": status}).json()
        return [one["conversation_id"] for one in answer["data"]], answer["total_count"]

    assert found("active") == ([active], 1)
    assert found("ended") == ([ended], 1)
    assert found("other") == ([], 0)
