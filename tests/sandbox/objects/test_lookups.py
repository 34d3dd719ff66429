"""GET and lists of personas and replicas."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import create_id, get
from tests.support.conversations import PERSONA, REPLICA


def list_ids(api: httpx.Client, kind: str, **query: str | int) -> list[str]:
    """Return the ids in a list of personas or replicas."""
    answer = api.get(f"/v2/{kind}s", params=query).json()
    return [one[f"{kind}_id"] for one in answer["data"]]


def test_get_wraps_a_persona_in_a_list(api: httpx.Client) -> None:
    """GET of one persona wraps it in an array under `data`."""
    answer = api.get(f"/v2/personas/{PERSONA}").json()
    assert list(answer) == ["data"]
    assert [(one["persona_name"], one["default_replica_id"]) for one in answer["data"]] == [("Life Coach", REPLICA)]
    assert "persona_type" not in answer["data"][0]


def test_get_does_not_wrap_a_replica(api: httpx.Client) -> None:
    """GET of one replica does not wrap it, and shows its type only when verbose."""
    plain = api.get(f"/v2/replicas/{REPLICA}").json()
    verbose = api.get(f"/v2/replicas/{REPLICA}", params={"verbose": "true"}).json()
    assert (plain["replica_id"], plain["status"], plain["training_progress"]) == (REPLICA, "completed", "100/100")
    assert verbose == {**plain, "replica_type": "system"}


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_an_unknown_id_answers_400(api: httpx.Client, kind: str) -> None:
    """An unknown persona or replica is answered 400 with `error`, as an unknown conversation is."""
    response = api.get(f"/v2/{kind}s/unknown")
    assert (response.status_code, response.json()) == (400, {"error": f"Invalid {kind}_id"})


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_lists_can_be_filtered_by_type(api: httpx.Client, kind: str) -> None:
    """The filter by type divides the list into two."""
    system, user = list_ids(api, kind, **{f"{kind}_type": "system"}), list_ids(api, kind, **{f"{kind}_type": "user"})
    assert system
    assert user
    assert sorted(system + user) == sorted(list_ids(api, kind))
    assert list_ids(api, kind, **{f"{kind}_type": "other"}) == []


def test_replicas_can_be_filtered_by_id_and_model(api: httpx.Client) -> None:
    """replica_ids has several ids separated by commas; model_name has one model."""
    assert set(list_ids(api, "replica", replica_ids=f"{REPLICA},rf4e9d9790f0,unknown")) == {REPLICA, "rf4e9d9790f0"}
    assert list_ids(api, "replica", model_name="phoenix-3") == [REPLICA]


def test_a_verbose_list_of_replicas_shows_their_type(api: httpx.Client) -> None:
    """List items have replica_type only when verbose, and never an error message."""
    plain, verbose = (api.get("/v2/replicas", params=query).json()["data"] for query in ({}, {"verbose": "true"}))
    assert not any("replica_type" in one or "error_message" in one for one in plain)
    assert all(one["replica_type"] in ("system", "user") for one in verbose)


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_lists_have_pages(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """Lists have ten items per page, start at page 1 and count all items in total_count."""
    sandbox.control.seed(**{f"{kind}s": [{} for _ in range(12)]})
    total = api.get(f"/v2/{kind}s").json()["total_count"]
    everything = list_ids(api, kind, limit=100)
    assert len(everything) == total > 12
    assert list_ids(api, kind) == list_ids(api, kind, page=1) == everything[:10]
    assert list_ids(api, kind, page=2) == everything[10:20]


def test_seeded_personas_and_replicas_can_be_used(sandbox: Sandbox, api: httpx.Client) -> None:
    """Seeded personas and replicas get defaults, and can be looked up and used."""
    added = sandbox.control.seed(
        personas=[{"persona_name": "Guide", "default_replica_id": "r-mine"}], replicas=[{"replica_id": "r-mine"}]
    )
    persona_id = added["personas"][0]["persona_id"]
    conversation_id = create_id(api, persona_id=persona_id)
    assert get(api, conversation_id)["replica_id"] == "r-mine"
    assert api.get(f"/v2/personas/{persona_id}").json()["data"][0]["persona_name"] == "Guide"


@pytest.mark.parametrize("personas", [["x"], [{"persona_type": "robot"}], [{"persona_id": 1}]])
def test_an_invalid_seed_is_refused(sandbox: Sandbox, personas: list[Any]) -> None:
    """The refusal of an invalid seed names its kind and place."""
    with pytest.raises(ControlError, match="personas.0"):
        sandbox.control.seed(personas=personas)


def test_a_persona_with_an_unknown_replica_cannot_be_used(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversation is refused if the persona's default replica does not exist, as with a wrong replica_id."""
    sandbox.control.seed(personas=[{"persona_id": "p-mine", "default_replica_id": "r-gone"}])
    response = api.post("/v2/conversations", json={"persona_id": "p-mine"})
    assert (response.status_code, response.json()) == (400, {"error": "Invalid replica_id"})
