"""PAL Maker: what somebody changes in the browser is live at once, or a draft that patches meet."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import ControlError, Sandbox
from tests.sandbox.helpers import create, create_object, patch, status_and_body
from tests.support.conversations import REPLICA

MEETINGS = ("add", "/layers", {"conferencing": {"username": "guide"}})


def create_deployed(api: httpx.Client, **fields: Any) -> str:
    """Create a persona and a conversation with it; return the persona's id."""
    persona = create_object(api, "personas", system_prompt="You help.", default_replica_id=REPLICA, **fields)
    create(api, persona_id=persona["persona_id"])
    return str(persona["persona_id"])


def prompt_of(api: httpx.Client, id_: str) -> str:
    """Return the prompt that GET shows."""
    return str(api.get(f"/v2/personas/{id_}").json()["data"][0]["system_prompt"])


def test_before_a_deployment_the_maker_changes_the_live_persona(sandbox: Sandbox, api: httpx.Client) -> None:
    """A persona that no conversation uses has no draft, and takes patches."""
    id_ = create_object(api, "personas", system_prompt="You help.")["persona_id"]
    sandbox.control.edit_in_maker(id_, system_prompt="Edited.")
    assert prompt_of(api, id_) == "Edited."
    assert patch(api, f"personas/{id_}", ("add", "/system_prompt", "Patched.")).status_code == 200


@pytest.mark.parametrize("kind", ["personas", "pals"])
def test_a_draft_refuses_patches_until_one_is_forced(sandbox: Sandbox, api: httpx.Client, kind: str) -> None:
    """GET shows the live persona; the refusal names its reason; force=true drops the draft and says so, once."""
    id_ = create_deployed(api)
    sandbox.control.edit_in_maker(id_, system_prompt="Edited.")
    assert prompt_of(api, id_) == "You help."
    operations = [{"op": "add", "path": "/system_prompt", "value": "Patched."}]
    status, body = status_and_body(api.patch(f"/v2/{kind}/{id_}", json=operations))
    assert (status, body["conflict"], set(body)) == (409, "maker_changes", {"error", "conflict"})
    forced = api.patch(f"/v2/{kind}/{id_}", params={"force": "true"}, json=operations)
    assert status_and_body(forced) == (200, {"discarded_maker_changes": True})
    assert prompt_of(api, id_) == "Patched."
    assert status_and_body(patch(api, f"personas/{id_}", ("add", "/system_prompt", "Again."))) == (200, None)


def test_meetings_are_patched_alone_and_beside_a_draft(sandbox: Sandbox, api: httpx.Client) -> None:
    """A patch of meetings with anything else is refused; alone it is live at once, and stays when the draft is published."""
    id_ = create_deployed(api)
    assert patch(api, f"personas/{id_}", MEETINGS, ("add", "/system_prompt", "Patched.")).status_code == 400
    sandbox.control.edit_in_maker(id_, system_prompt="Edited.")
    assert status_and_body(patch(api, f"personas/{id_}", MEETINGS)) == (200, None)
    api.post(f"/v2/pals/{id_}/publish").raise_for_status()
    (persona,) = [each for each in sandbox.control.objects("personas") if each["id"] == id_]
    assert (persona["system_prompt"], persona["layers"]["conferencing"]) == ("Edited.", {"username": "guide"})


def test_the_older_behavior_patches_the_draft(sandbox: Sandbox, api: httpx.Client) -> None:
    """Each answer has the address that publishes; until then the live persona stays as it is."""
    sandbox.control.set_behavior(maker_drafts="publish")
    id_ = create_deployed(api)
    sandbox.control.edit_in_maker(id_, greeting="Hello.")
    for _ in range(2):
        status, body = status_and_body(patch(api, f"personas/{id_}", ("add", "/system_prompt", "Patched.")))
        assert (status, set(body)) == (200, {"publish_url"})
    assert prompt_of(api, id_) == "You help."
    api.post(body["publish_url"]).raise_for_status()
    (persona,) = [each for each in sandbox.control.objects("personas") if each["id"] == id_]
    assert (persona["system_prompt"], persona["greeting"]) == ("Patched.", "Hello.")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"layers": {"conferencing": {"username": "guide"}}}, "default_replica_id is required with layers.conferencing"),
        ({"layers": {"conferencing": {"username": "-guide"}}, "default_replica_id": REPLICA}, "Invalid username -guide"),
        ({"layers": {"conferencing": {"username": "Bot1"}}, "default_replica_id": REPLICA}, "Invalid username bot1"),
        ({"layers": {"conferencing": {"username": "Taken"}}, "default_replica_id": REPLICA}, "Username is already taken."),
    ],
)
def test_an_identity_for_meetings_that_cannot_be_is_refused(api: httpx.Client, fields: dict[str, Any], error: str) -> None:
    """An identity needs a face, and a name of the right form that nobody else has."""
    create_object(api, "personas", system_prompt="Hi", default_replica_id=REPLICA, layers={"conferencing": {"username": "taken"}})
    answer = api.post("/v2/personas", json={"system_prompt": "Hi", **fields})
    assert status_and_body(answer) == (400, {"error": error})


def test_the_maker_has_the_rules_of_the_api(sandbox: Sandbox) -> None:
    """An unknown persona and a wrong field are refused."""
    with pytest.raises(ControlError, match="Invalid persona_id"):
        sandbox.control.edit_in_maker("p-none", system_prompt="x")
    with pytest.raises(ControlError, match="is not of type 'string'"):
        sandbox.control.edit_in_maker("p-none", system_prompt=7)


@pytest.mark.parametrize(("flow_name", "newer"), [("pal", "pal_interruptibility"), ("face", "face_interruptibility")])
def test_interruptibility_has_either_newer_name(sandbox: Sandbox, api: httpx.Client, flow_name: Any, newer: str) -> None:
    """Newer paths show the name that the behavior says, and take all three."""
    sandbox.control.set_behavior(whole_personas=True, flow_name=flow_name)
    for name in ("pal_interruptibility", "face_interruptibility", "replica_interruptibility"):
        flow = {"layers": {"conversational_flow": {name: "high"}}}
        id_ = create_object(api, "pals", system_prompt="Hi", default_face_id=REPLICA, **flow)["pal_id"]
        shown = api.get(f"/v2/pals/{id_}").json()["data"][0]["layers"]["conversational_flow"]
        assert (shown[newer], len([each for each in shown if each.endswith("interruptibility")])) == ("high", 1)
