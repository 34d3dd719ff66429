"""All kinds of objects: the books, seeds, faults and behavior."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Behavior, ControlError, Sandbox
from tavus_provider.sandbox.control.data import Kind
from tavus_provider.sandbox.faults.operations import OPERATIONS
from tests.sandbox.conftest import make_client
from tests.sandbox.helpers import create_object, patch, status_and_body
from tests.support.conversations import PERSONA

BODIES: dict[Kind, dict[str, Any]] = {
    "personas": {"system_prompt": "Hi"},
    "pronunciation_dictionaries": {"name": "Terms"},
    "guardrails": {},
    "objectives": {"data": []},
    "documents": {"document_url": "https://docs.example.com/"},
    "replicas": {"train_video_url": "https://example.com/v.mp4"},
    "videos": {"replica_id": "r90bbd427f71", "script": "Hi"},
    "transcriptions": {"file_url": "https://example.com/v.mp4", "callback_url": "https://example.com/"},
    "replacements": {"original_video_url": "https://example.com/v.mp4", "new_transcript": "Hi"},
    "lipsync": {"original_video_url": "https://example.com/v.mp4", "source_audio_url": "https://example.com/a.mp3"},
}

each_kind = pytest.mark.parametrize("kind", BODIES)


def path_of(kind: Kind) -> str:
    """Return the path of a kind's list."""
    return kind.replace("_", "-")


def create(api: httpx.Client, kind: Kind) -> str:
    """Create an object and return its path."""
    answer = create_object(api, path_of(kind), **BODIES[kind])
    return f"/v2/{path_of(kind)}/{next(value for name, value in answer.items() if name.endswith('_id'))}"


@each_kind
def test_undeleted_ids_are_those_that_calls_have_created(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """undeleted_ids leaves out seeds and the objects that exist from the start."""
    sandbox.control.seed(**{kind: [{}]})
    path = create(api, kind)
    assert sandbox.control.undeleted_ids() == {kind: [path.rpartition("/")[2]]}
    api.delete(path)
    assert sandbox.control.undeleted_ids() == {}


@each_kind
def test_objects_shows_deleted_ones_too(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """`objects` shows a deleted object with all its fields, also those that answers never show."""
    path = create(api, kind)
    api.delete(path)
    booked = sandbox.control.objects(kind)[-1]
    assert (booked["id"], booked["deleted"], booked["seeded"]) == (path.rpartition("/")[2], "soft", False)
    assert {name: booked[name] for name in BODIES[kind]} == BODIES[kind]


@each_kind
def test_a_reset_forgets_all_objects(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """After a reset only the objects exist that every account starts with."""
    before = [one["id"] for one in sandbox.control.objects(kind)]
    create(api, kind)
    sandbox.control.seed(**{kind: [{}]})
    sandbox.control.reset()
    assert [one["id"] for one in sandbox.control.objects(kind)] == before


@each_kind
def test_a_seeded_object_does_not_change_by_itself(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """A seeded object can be read and deleted like any other, does not change, and does not appear among the calls."""
    (seeded,) = sandbox.control.seed(**{kind: [{}]})[kind]
    sandbox.control.advance(86400)
    assert sandbox.control.calls() == []
    path = f"/v2/{path_of(kind)}/{sandbox.control.objects(kind)[-1]['id']}"
    assert {**sandbox.control.objects(kind)[-1], **seeded} == sandbox.control.objects(kind)[-1]
    assert (api.get(path).status_code, api.delete(path).is_success) == (200, True)


@each_kind
def test_a_skewed_clock_dates_new_objects(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """An object has the time of the skewed clock that created it."""
    sandbox.control.inject(method="POST", skew=3600)
    create(api, kind)
    booked = sandbox.control.objects(kind)[-1]
    assert booked["updated_at"] > sandbox.control.advance(3599)
    assert booked["updated_at"] <= sandbox.control.advance(1)


@each_kind
def test_new_objects_can_be_unknown_for_a_while(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """A call with a lag neither lists nor finds new objects, and finds older ones."""
    create(api, kind)
    listing = f"/v2/{path_of(kind)}"
    sandbox.control.inject(method="GET", lag_calls=2, times=None)
    path = create(api, kind)
    counts = [api.get(listing).json()["total_count"] for _ in range(3)]
    assert counts[0] == counts[1] == counts[2] - 1
    sandbox.control.clear_faults()
    sandbox.control.advance(60)
    sandbox.control.inject(method="GET", lag=60, times=None)
    young = create(api, kind)
    assert (api.get(young).is_client_error, api.get(path).status_code) == (True, 200)
    sandbox.control.advance(60)
    assert api.get(young).status_code == 200


def test_a_lag_does_not_hide_seeds(sandbox: Sandbox, api: httpx.Client) -> None:
    """A call with a lag knows the objects of Tavus and all seeds."""
    (added,) = sandbox.control.seed(personas=[{"default_replica_id": "r90bbd427f71"}])["personas"]
    sandbox.control.inject(lag=3600, times=None)
    for persona in (PERSONA, added["persona_id"]):
        assert create_object(api, "conversations", persona_id=persona)["status"] == "active"


def test_a_fault_for_an_operation_hits_that_and_no_other(sandbox: Sandbox, api: httpx.Client) -> None:
    """Each operation of Tavus's API has a name, and each call is one of them."""
    for operation in OPERATIONS:
        sandbox.control.inject(operation, json={"hit": operation}, times=None)
    calls = [(method, path.replace("*", "x1")) for method, path in OPERATIONS.values()]
    assert [api.request(method, path).json() for method, path in calls] == [{"hit": operation} for operation in OPERATIONS]


@each_kind
def test_a_lost_answer_has_had_its_effect(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """An object is created although its answer is lost, and the log shows a call without a status."""
    sandbox.control.inject(method="POST", close="rst", when="after")
    with pytest.raises(httpx.TransportError):
        create(api, kind)
    assert len(sandbox.control.undeleted_ids()[kind]) == 1
    assert sandbox.control.calls()[-1]["status"] is None


@each_kind
def test_a_call_can_be_held(sandbox: Sandbox, api: httpx.Client, kind: Kind) -> None:
    """No object exists while its create call is held before the processing."""
    sandbox.control.hold(method="POST", when="before")
    with ThreadPoolExecutor() as pool:
        creation = pool.submit(create, api, kind)
        sandbox.control.wait_for_held()
        assert sandbox.control.undeleted_ids() == {}
        sandbox.control.release()
        assert sandbox.control.undeleted_ids() == {kind: [creation.result().rpartition("/")[2]]}


def test_many_patches_at_once_are_all_kept(sandbox: Sandbox, api: httpx.Client) -> None:
    """None of many simultaneous patches overwrites another."""
    persona = create_object(api, "personas", system_prompt="Hi", document_tags=[])["persona_id"]
    tags = [f"tag-{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda tag: patch(api, f"personas/{persona}", ("add", "/document_tags/-", tag)).status_code, tags)
    assert set(answers) == {200}
    assert sorted(api.get(f"/v2/personas/{persona}").json()["data"][0]["document_tags"]) == sorted(tags)


def test_the_log_has_the_calls_on_all_paths(sandbox: Sandbox, api: httpx.Client) -> None:
    """The log shows path, body and status of calls to all kinds of objects."""
    paths = [create(api, kind) for kind in BODIES]
    calls = sandbox.control.calls()
    assert [call["path"] for call in calls] == [path.rpartition("/")[0] for path in paths]
    assert [call["body"] for call in calls] == [*BODIES.values()]
    assert {call["status"] for call in calls} == {200, 201}


def test_behavior_can_be_given_from_the_start() -> None:
    """The sandbox takes its behavior as an argument, a reset returns to it, and a change leaves other parts as they are."""
    with Sandbox(clock_speed=0, behavior=Behavior(masked_secrets=True, processing=5)) as sandbox, make_client(sandbox) as api:
        sandbox.control.set_behavior(processing=10)
        sandbox.control.set_behavior(sets_as_lists=True)
        persona = create_object(api, "personas", system_prompt="Hi", layers={"llm": {"api_key": "hush"}})["persona_id"]
        assert api.get(f"/v2/personas/{persona}").json()["data"][0]["layers"]["llm"]["api_key"] == "********"
        path = create(api, "documents")
        sandbox.control.advance(5)
        assert api.get(path).json()["status"] == "processing"
        sandbox.control.reset()
        path = create(api, "documents")
        sandbox.control.advance(5)
        assert api.get(path).json()["status"] == "ready"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/behaviour", {"processing": -1}),
        ("/behaviour", {"masked_secrets": "yes"}),
        ("/behaviour", {"mood": "good"}),
        ("/failures", {"kind": "documents"}),
        ("/failures", {"kind": "personas", "error": "none"}),
        ("/seed", {"documents": [{"status": "lost"}]}),
        ("/seed", {"guardrails": [{"data": {}}]}),
    ],
)
def test_an_invalid_request_is_refused(sandbox: Sandbox, guest: httpx.Client, path: str, body: object) -> None:
    """Control paths answer 400 to invalid bodies."""
    assert guest.post(f"{sandbox.url}/sandbox{path}", json=body).status_code == 400


def test_an_unknown_object_cannot_fail(sandbox: Sandbox, guest: httpx.Client) -> None:
    """A failure for an unknown kind or an unknown object is refused."""
    assert guest.post(f"{sandbox.url}/sandbox/failures", json={"kind": "jokes", "error": "old"}).status_code == 404
    with pytest.raises(ControlError, match="r-none is not being processed"):
        sandbox.control.fail_training(replica_id="r-none")


def test_every_path_asks_for_the_key(sandbox: Sandbox, guest: httpx.Client) -> None:
    """Every path in either spelling answers 401 without the key."""
    paths = {re.sub(r"\*", "x1", path) for _, path in OPERATIONS.values()} | {"/v2/pals", "/v2/faces/x1"}
    assert {status_and_body(guest.get(f"{sandbox.url}{path}"))[0] for path in paths} == {401}


def test_a_fresh_sandbox_has_objects_of_tavus(api: httpx.Client) -> None:
    """Personas, replicas and voices exist from the start, and can be used for conversations."""
    assert api.get("/v2/personas", params={"persona_type": "system"}).json()["total_count"] == 3
    assert api.get("/v2/replicas", params={"replica_type": "system"}).json()["total_count"] == 3
    assert api.get("/v2/voices").json()["total_count"] == 2
    assert create_object(api, "conversations", persona_id=PERSONA)["status"] == "active"
