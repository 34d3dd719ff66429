"""Personas: layers with defaults, JSON patches, and the fields that GET leaves out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, patch, status_and_body
from tests.support.conversations import PERSONA, REPLICA

INVALID = (400, {"error": "Invalid persona_id"})
MALFORMED = (422, {"message": "Invalid JSON patch format"})
FLOW = {
    "turn_detection_model": "sparrow-1",
    "turn_taking_patience": "medium",
    "turn_commitment": "medium",
    "replica_interruptibility": "medium",
    "voice_isolation": "near",
    "wake_phrase": None,
    "sleep_phrase": None,
    "idle_engagement": "off",
}


def create_persona(api: httpx.Client, **body: Any) -> str:
    """Create a persona and return its path."""
    return f"personas/{create_object(api, 'personas', **{'system_prompt': 'You help.', **body})['persona_id']}"


def read(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the persona as GET shows it."""
    (one,) = api.get(f"/v2/{path}").raise_for_status().json()["data"]
    assert isinstance(one, dict)
    return one


def find_in_list(api: httpx.Client, path: str) -> dict[str, Any]:
    """Return the persona as the list shows it."""
    items = api.get("/v2/personas", params={"limit": 100}).json()["data"]
    found: dict[str, Any] = next(one for one in items if one["persona_id"] == path.partition("/")[2])
    return found


def test_a_creation_answers_with_id_and_name(api: httpx.Client) -> None:
    """The answer to a creation has id, name and time; GET shows the rest."""
    answer = create_object(api, "personas", persona_name="Guide", system_prompt="You help.", default_replica_id=REPLICA)
    assert set(answer) == {"persona_id", "persona_name", "created_at"}
    assert read(api, f"personas/{answer['persona_id']}") == {
        **answer,
        "system_prompt": "You help.",
        "default_replica_id": REPLICA,
        "updated_at": answer["created_at"],
    }


def test_a_persona_needs_a_prompt_unless_it_echoes(api: httpx.Client) -> None:
    """A persona without a prompt is refused unless it echoes; GET shows no other default than the name."""
    assert status_and_body(api.post("/v2/personas", json={}))[0] == 400
    echo = read(api, f"personas/{create_object(api, 'personas', pipeline_mode='echo')['persona_id']}")
    assert set(echo) == {"persona_id", "persona_name", "created_at", "updated_at"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"default_replica_id": "r-none"}, "Invalid replica_uuid"),
        ({"guardrails_id": "g-none"}, "Invalid guardrails_id"),
        ({"objectives_id": "o-none"}, "Invalid objectives_id"),
        ({"document_ids": ["d-none"]}, "Invalid document_ids"),
        ({"layers": {"tts": {"pronunciation_dictionary_id": "pd-none"}}}, "Invalid pronunciation_dictionary_id"),
        ({"pipeline_mode": "half"}, "pipeline_mode: 'half' is not one of ['full', 'speech-to-speech', 'echo']"),
        ({"layers": {"llm": {"headers": "none"}}}, "headers must be an object"),
        ({"layers": {"perception": {"perception_model": "raven-9"}}}, "perception_model: 'raven-9' is not one of"),
        ({"layers": []}, "layers must be an object"),
        ({"document_tags": "handbook"}, "document_tags must be an array"),
    ],
)
def test_a_wrong_body_is_refused(api: httpx.Client, body: dict[str, Any], error: str) -> None:
    """References to unknown objects and values of a wrong type are answered 400 under `error`."""
    status, answer = status_and_body(api.post("/v2/personas", json={"system_prompt": "Hi", **body}))
    assert (status, answer["error"][: len(error)]) == (400, error)


def test_layers_get_their_defaults(api: httpx.Client) -> None:
    """A layer gets its defaults, and no layer is added."""
    layers = {"stt": {"hotwords": "Tavus"}, "perception": {}, "tts": {"tts_engine": "cartesia"}}
    assert read(api, create_persona(api, layers=layers))["layers"] == {
        "stt": {"hotwords": "Tavus", "stt_engine": "tavus-auto"},
        "perception": {"perception_model": "raven-1"},
        "tts": {"tts_engine": "cartesia", "tts_emotion_control": True},
    }
    assert "layers" not in read(api, create_persona(api))


def test_a_conversational_flow_with_a_member_gets_all_defaults(sandbox: Sandbox, api: httpx.Client) -> None:
    """A conversational flow with any member gets all defaults; an empty one stays empty."""
    sandbox.control.set_behavior(whole_personas=True)
    flows = [{"idle_engagement": "eager"}, {}]
    filled, empty = (read(api, create_persona(api, layers={"conversational_flow": flow}))["layers"] for flow in flows)
    assert filled == {"conversational_flow": {**FLOW, "idle_engagement": "eager"}}
    assert empty == {"conversational_flow": {}}


WHOLE: dict[str, Any] = {
    "pipeline_mode": "full",
    "layers": {
        "llm": {
            "model": "mine",
            "api_key": "hush",
            "headers": {"a": "b"},
            "extra_body": {"c": 1},
            "speculative_inference": False,
        },
        "tts": {"api_key": "hush", "tts_emotion_control": False},
        "conversational_flow": {"wake_phrase": "Hello"},
    },
}


def test_get_and_list_leave_out_different_fields(api: httpx.Client) -> None:
    """GET and list leave out pipeline_mode, the flow and speculative_inference; the list also headers and extra_body."""
    path = create_persona(api, **WHOLE)
    llm = {"model": "mine", "api_key": "hush"}
    tts = WHOLE["layers"]["tts"]
    assert read(api, path)["layers"] == {"llm": {**llm, "headers": {"a": "b"}, "extra_body": {"c": 1}}, "tts": tts}
    assert find_in_list(api, path)["layers"] == {"llm": llm, "tts": tts}
    assert "pipeline_mode" not in read(api, path)


def test_whole_personas_show_all_fields(sandbox: Sandbox, api: httpx.Client) -> None:
    """With `whole_personas` GET and list show all fields."""
    path = create_persona(api, **WHOLE)
    sandbox.control.set_behavior(whole_personas=True)
    assert read(api, path) == find_in_list(api, path)
    assert read(api, path)["pipeline_mode"] == "full"
    assert read(api, path)["layers"] == {**WHOLE["layers"], "conversational_flow": {**FLOW, "wake_phrase": "Hello"}}


def test_secrets_are_in_clear_or_masked(sandbox: Sandbox, api: httpx.Client) -> None:
    """With `masked_secrets` GET and list show stars for the keys of LLM and TTS, whose values stay."""
    path = create_persona(api, **WHOLE)
    assert read(api, path)["layers"]["llm"]["api_key"] == "hush"
    sandbox.control.set_behavior(masked_secrets=True)
    for one in (read(api, path), find_in_list(api, path)):
        assert (one["layers"]["llm"]["api_key"], one["layers"]["tts"]["api_key"]) == ("********", "********")
    assert patch(api, path, ("test", "/layers/llm/api_key", "hush")).status_code == 304


def test_tools_may_be_anything(api: httpx.Client) -> None:
    """Tools can have any fields, as in the contract's examples, which do not obey its schema."""
    tool = {"type": "function", "function": {"name": "notify", "parameters": {"type": "object"}}}
    layers = {"llm": {"tools": [tool]}, "perception": {"visual_tools": [tool]}}
    after = read(api, create_persona(api, layers=layers))["layers"]
    assert (after["llm"]["tools"], after["perception"]["visual_tools"]) == ([tool], [tool])


@pytest.mark.parametrize(
    ("operations", "field", "value"),
    [
        ([("replace", "/system_prompt", "New")], "system_prompt", "New"),
        ([("add", "/persona_name", "New")], "persona_name", "New"),
        ([("add", "/default_replica_id", REPLICA)], "default_replica_id", REPLICA),
        ([("add", "/document_tags", ["a"]), ("add", "/document_tags/-", "b")], "document_tags", ["a", "b"]),
        ([("add", "/layers", {"stt": {"hotwords": "T"}})], "layers", {"stt": {"hotwords": "T", "stt_engine": "tavus-auto"}}),
        ([("test", "/system_prompt", "You help."), ("replace", "/system_prompt", "New")], "system_prompt", "New"),
    ],
)
def test_a_patch_changes_what_it_names(
    sandbox: Sandbox, api: httpx.Client, operations: list[Any], field: str, value: Any
) -> None:
    """A patch sets values of all kinds, is answered 200 without a body, and updates updated_at."""
    path = create_persona(api)
    before = read(api, path)
    sandbox.control.advance(60)
    assert status_and_body(patch(api, path, *operations)) == (200, None)
    after = read(api, path)
    assert after == {**before, field: value, "updated_at": after["updated_at"]}
    assert before["updated_at"] < after["updated_at"]


def test_a_patch_reaches_into_layers(api: httpx.Client) -> None:
    """A patch sets and removes single members of layers; a removed member gets its default again."""
    path = create_persona(api, layers={"stt": {"hotwords": "Tavus", "stt_engine": "tavus-whisper"}})
    assert patch(api, path, ("remove", "/layers/stt/hotwords"), ("remove", "/layers/stt/stt_engine")).status_code == 200
    assert read(api, path)["layers"] == {"stt": {"stt_engine": "tavus-auto"}}
    assert patch(api, path, ("add", "/layers/llm", {"model": "mine"})).status_code == 200
    assert patch(api, path, ("remove", "/layers/stt")).status_code == 200
    assert read(api, path)["layers"] == {"llm": {"model": "mine"}}


def test_fields_that_get_leaves_out_can_be_patched(sandbox: Sandbox, api: httpx.Client) -> None:
    """A patch applies to the whole persona, also to fields that GET leaves out."""
    path = create_persona(api, **WHOLE)
    flow = "/layers/conversational_flow"
    operations = [("replace", "/pipeline_mode", "echo"), ("add", f"{flow}/idle_engagement", "eager")]
    assert patch(api, path, *operations, ("replace", "/layers/llm/speculative_inference", True)).status_code == 200
    sandbox.control.set_behavior(whole_personas=True)
    after = read(api, path)
    assert (after["pipeline_mode"], after["layers"]["conversational_flow"]["idle_engagement"]) == ("echo", "eager")
    assert after["layers"]["llm"]["speculative_inference"] is True


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [("replace", "/system_prompt", "You help.")],
        [("add", "/layers/stt/stt_engine", "tavus-auto")],
        [("add", "/persona_id", "p-mine"), ("remove", "/created_at")],
        [("add", "/mood", "good")],
        [("test", "/layers/stt/hotwords", "Tavus")],
    ],
)
def test_a_patch_that_changes_nothing_answers_304(sandbox: Sandbox, api: httpx.Client, operations: list[Any]) -> None:
    """A patch without a change is answered 304 without the body that the contract declares; read-only fields are ignored."""
    path = create_persona(api, layers={"stt": {"hotwords": "Tavus"}})
    before = read(api, path)
    sandbox.control.advance(60)
    assert status_and_body(patch(api, path, *operations)) == (304, None)
    assert read(api, path) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        ["text"],
        [{"op": "add", "path": "/persona_name"}],
        [{"op": "move", "path": "/persona_name"}],
        [{"op": "change", "path": "/persona_name", "value": "New"}],
        [{"op": "add", "path": "persona_name", "value": "New"}],
        [{"op": "add", "path": "/layers/tts/tts_engine", "value": "cartesia"}],
        [{"op": "remove", "path": "/layers/stt/stt_engine/deeper"}],
        [{"op": "remove", "path": "/document_ids"}],
        [{"op": "replace", "path": "/document_ids", "value": []}],
        [{"op": "test", "path": "/system_prompt", "value": "Other"}],
        [{"op": "replace", "path": "/system_prompt", "value": "New"}, {"op": "remove", "path": "/document_ids"}],
    ],
)
def test_a_patch_that_does_not_fit_answers_422(api: httpx.Client, body: Any) -> None:
    """A patch that is malformed or does not fit the persona is answered 422 and changes nothing."""
    path = create_persona(api, layers={"stt": {"hotwords": "Tavus"}})
    before = read(api, path)
    assert status_and_body(api.patch(f"/v2/{path}", json=body)) == MALFORMED
    assert read(api, path) == before


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (("remove", "/system_prompt"), "system_prompt is required unless pipeline_mode is echo"),
        (("replace", "/system_prompt", 7), "system_prompt must be a string"),
        (("add", "/default_replica_id", "r-none"), "Invalid replica_uuid"),
        (("add", "/layers/stt/stt_engine", "mine"), "stt_engine: 'mine' is not one of"),
        (("replace", "", []), "body must be an object"),
    ],
)
def test_a_patch_with_an_invalid_result_answers_400(api: httpx.Client, operation: tuple[Any, ...], error: str) -> None:
    """A patch is refused if the persona that results could not be created."""
    path = create_persona(api, layers={"stt": {"hotwords": "Tavus"}})
    before = read(api, path)
    status, answer = status_and_body(patch(api, path, operation))
    assert (status, answer["error"][: len(error)]) == (400, error)
    assert read(api, path) == before


def test_references_to_deleted_objects_stay(api: httpx.Client) -> None:
    """References to deleted documents and replicas stay, and other fields can still be patched."""
    replica = create_object(api, "replicas", train_video_url="https://example.com/v.mp4")["replica_id"]
    document = create_object(api, "documents", document_url="https://example.com")["document_id"]
    path = create_persona(api, default_replica_id=replica, document_ids=[document])
    api.delete(f"/v2/replicas/{replica}")
    api.delete(f"/v2/documents/{document}")
    assert patch(api, path, ("replace", "/system_prompt", "New")).status_code == 200
    assert (read(api, path)["default_replica_id"], read(api, path)["document_ids"]) == (replica, [document])


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_id_answers_400(api: httpx.Client, method: str) -> None:
    """An unknown persona is answered 400, as an unknown conversation is, and not 404."""
    assert status_and_body(api.request(method, "/v2/personas/p-none", json=[])) == INVALID


def test_a_deleted_persona_is_gone(api: httpx.Client) -> None:
    """A deleted persona is unknown, in no list and cannot be used; a conversation with it goes on."""
    path = create_persona(api, default_replica_id=REPLICA)
    persona_id = path.partition("/")[2]
    conversation = create_object(api, "conversations", persona_id=persona_id)["conversation_id"]
    assert status_and_body(api.delete(f"/v2/{path}")) == (204, None)
    assert status_and_body(api.get(f"/v2/{path}")) == status_and_body(api.delete(f"/v2/{path}")) == INVALID
    assert status_and_body(api.post("/v2/conversations", json={"persona_id": persona_id})) == INVALID
    assert api.get(f"/v2/conversations/{conversation}").json()["status"] == "active"
    assert persona_id not in [one["persona_id"] for one in api.get("/v2/personas?limit=100").json()["data"]]


def test_system_personas_cannot_be_changed(api: httpx.Client) -> None:
    """Personas that belong to Tavus can be neither changed nor deleted."""
    assert api.delete(f"/v2/personas/{PERSONA}").status_code == 400
    assert patch(api, f"personas/{PERSONA}", ("replace", "/persona_name", "Mine")).status_code == 400
    assert read(api, f"personas/{PERSONA}")["persona_name"] == "Life Coach"
