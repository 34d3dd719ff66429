"""Personas and replicas, as far as lookups need them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import create_id, get
from tests.support.conversations import PERSONA, REPLICA


def ids(api: httpx.Client, kind: str, **query: str | int) -> list[str]:
    """Return the ids in a list of personas or replicas."""
    answer = api.get(f"/v2/{kind}s", params=query).json()
    return [one[f"{kind}_id"] for one in answer["data"]]


def test_a_persona_comes_as_a_list_of_one(api: httpx.Client) -> None:
    """GET of one persona wraps it in an array under `data`."""
    answer = api.get(f"/v2/personas/{PERSONA}").json()
    assert list(answer) == ["data"]
    assert [(one["persona_name"], one["default_replica_id"]) for one in answer["data"]] == [("Life Coach", REPLICA)]
    assert "persona_type" not in answer["data"][0]


def test_a_replica_comes_as_it_is(api: httpx.Client) -> None:
    """GET of one replica does not wrap it; its type is told when verbose only."""
    plain = api.get(f"/v2/replicas/{REPLICA}").json()
    verbose = api.get(f"/v2/replicas/{REPLICA}", params={"verbose": "true"}).json()
    assert (plain["replica_id"], plain["status"], plain["training_progress"]) == (REPLICA, "completed", "100/100")
    assert verbose == {**plain, "replica_type": "system"}


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_an_unknown_id_answers_400(api: httpx.Client, kind: str) -> None:
    """As with conversations, an unknown id is a 400 with `error`."""
    response = api.get(f"/v2/{kind}s/unknown")
    assert (response.status_code, response.json()) == (400, {"error": f"Invalid {kind}_id"})


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_system_and_user_ones_can_be_told_apart(api: httpx.Client, kind: str) -> None:
    """The filter by type parts the list in two."""
    system, user = ids(api, kind, **{f"{kind}_type": "system"}), ids(api, kind, **{f"{kind}_type": "user"})
    assert system
    assert user
    assert sorted(system + user) == sorted(ids(api, kind))
    assert ids(api, kind, **{f"{kind}_type": "other"}) == []


def test_replicas_can_be_filtered_by_id_and_model(api: httpx.Client) -> None:
    """replica_ids takes several ids with commas; model_name takes one model."""
    assert set(ids(api, "replica", replica_ids=f"{REPLICA},rf4e9d9790f0,unknown")) == {REPLICA, "rf4e9d9790f0"}
    assert ids(api, "replica", model_name="phoenix-3") == [REPLICA]


def test_a_verbose_list_of_replicas_tells_their_type(api: httpx.Client) -> None:
    """List items have replica_type when verbose only, and never an error message."""
    plain, verbose = (api.get("/v2/replicas", params=query).json()["data"] for query in ({}, {"verbose": "true"}))
    assert not any("replica_type" in one or "error_message" in one for one in plain)
    assert all(one["replica_type"] in ("system", "user") for one in verbose)


@pytest.mark.parametrize("kind", ["persona", "replica"])
def test_lists_have_pages(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """Lists have ten items per page, start at page 1 and count all in total_count."""
    sandbox.control.seed(**{f"{kind}s": [{} for _ in range(12)]})
    total = api.get(f"/v2/{kind}s").json()["total_count"]
    everything = ids(api, kind, limit=100)
    assert len(everything) == total > 12
    assert ids(api, kind) == ids(api, kind, page=1) == everything[:10]
    assert ids(api, kind, page=2) == everything[10:20]


def test_a_seed_adds_what_a_test_needs(sandbox: Sandbox, api: httpx.Client) -> None:
    """Seeded personas and replicas can be looked up and used; what they lack is filled in."""
    added = sandbox.control.seed(
        personas=[{"persona_name": "Guide", "default_replica_id": "r-mine"}], replicas=[{"replica_id": "r-mine"}]
    )
    persona_id = added["personas"][0]["persona_id"]
    conversation_id = create_id(api, persona_id=persona_id)
    assert get(api, conversation_id)["replica_id"] == "r-mine"
    assert api.get(f"/v2/personas/{persona_id}").json()["data"][0]["persona_name"] == "Guide"


@pytest.mark.parametrize("personas", [["x"], [{"persona_type": "robot"}], [{"persona_id": 1}]])
def test_a_senseless_seed_is_refused(sandbox: Sandbox, personas: list[Any]) -> None:
    """A seed that is no persona is refused by name."""
    with pytest.raises(ControlError, match="personas.0"):
        sandbox.control.seed(personas=personas)


def test_a_persona_whose_replica_is_unknown_is_no_use(sandbox: Sandbox, api: httpx.Client) -> None:
    """A default replica that does not exist makes the creation fail as a wrong replica_id does."""
    sandbox.control.seed(personas=[{"persona_id": "p-mine", "default_replica_id": "r-gone"}])
    response = api.post("/v2/conversations", json={"persona_id": "p-mine"})
    assert (response.status_code, response.json()) == (400, {"error": "Invalid replica_id"})
