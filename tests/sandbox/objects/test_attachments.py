"""Tools and skills of personas in the sandbox."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tavus_provider.sandbox import Sandbox
from tests.sandbox.helpers import create_object, status_and_body

PERSONA: dict[str, Any] = {"system_prompt": "text"}
TOOL: dict[str, Any] = {"name": "tool", "description": "text"}


@pytest.fixture
def pal(api: httpx.Client) -> str:
    """Return the path of a persona, in the newer spelling."""
    return f"/v2/pals/{create_object(api, 'personas', **PERSONA)['persona_id']}"


def test_attaching_again_changes_nothing(api: httpx.Client, pal: str) -> None:
    """The answer and the list have all tools, with and without a slash at the end of the path."""
    tool = create_object(api, "tools", **TOOL)["tool_id"]
    answers = [api.post(f"{pal}/tools/", json={"tool_ids": [tool]}).json()["data"] for _ in range(2)]

    assert [[each["tool_id"] for each in answer] for answer in answers] == [[tool], [tool]]
    assert api.get(f"{pal}/tools").json() == api.get(f"{pal}/tools/").json() == {"data": answers[0]}


def test_a_deleted_tool_is_attached_nowhere(api: httpx.Client, pal: str) -> None:
    """Deleting a tool detaches it from every persona, so that it cannot be detached any more."""
    tool = create_object(api, "tools", **TOOL)["tool_id"]
    api.post(f"{pal}/tools", json={"tool_ids": [tool]})
    api.delete(f"/v2/tools/{tool}")

    assert api.get(f"{pal}/tools").json() == {"data": []}
    refusal = (400, {"error": "Bad Request. Tool not attached to this PAL"})
    assert status_and_body(api.delete(f"{pal}/tools/{tool}")) == refusal


def test_a_persona_has_at_most_fifty_tools(sandbox: Sandbox, api: httpx.Client, pal: str) -> None:
    """The 51st tool is refused together with all others of its call."""
    tools = [each["tool_id"] for each in sandbox.control.seed(tools=[{"name": f"tool_{one}"} for one in range(51)])["tools"]]
    api.post(f"{pal}/tools", json={"tool_ids": tools[:49]}).raise_for_status()

    assert api.post(f"{pal}/tools", json={"tool_ids": tools[49:]}).status_code == 400
    assert len(api.get(f"{pal}/tools").json()["data"]) == 49


def test_a_patch_of_a_persona_leaves_them_alone(api: httpx.Client, pal: str) -> None:
    """A patch of the persona changes neither tools nor skills."""
    api.put(f"{pal}/skills", json={"skills": {"magic_canvas": {}}})
    api.patch(pal, json=[{"op": "replace", "path": "/system_prompt", "value": "other"}]).raise_for_status()

    assert list(api.get(f"{pal}/skills/").json()["data"]) == ["magic_canvas"]
    assert "skills" not in api.get(pal).json()["data"][0]


def test_one_skill_is_attached_changed_and_detached(api: httpx.Client, pal: str) -> None:
    """A change keeps what it leaves out, and null removes a member."""
    skill = f"{pal}/skills/presentation"
    api.put(skill, json={"config": {"document_ids": ["d1"], "prompt": "Slowly."}}).raise_for_status()
    api.patch(skill, json={"config": {"slides_trigger": "walk_the_deck", "prompt": None}}).raise_for_status()

    assert api.get(skill).json()["config"] == {"document_ids": ["d1"], "slides_trigger": "walk_the_deck"}
    assert api.delete(skill).status_code == 204
    assert status_and_body(api.get(skill))[0] == 404


@pytest.mark.parametrize(
    ("skills", "status", "words"),
    [
        ({"juggling": {}}, 404, "Unknown skill 'juggling'"),
        ({"presentation": {}}, 400, "document_ids is required"),
        ({"presentation": {"config": {"document_ids": []}}}, 400, "document_ids: [] should be non-empty"),
    ],
)
def test_a_wrong_set_of_skills_is_refused_as_a_whole(api: httpx.Client, pal: str, skills: Any, status: int, words: str) -> None:
    """A refused set changes nothing."""
    api.put(f"{pal}/skills", json={"skills": {"memory": {}}})

    assert status_and_body(api.put(f"{pal}/skills", json={"skills": skills})) == (status, {"error": words})
    assert list(api.get(f"{pal}/skills").json()["data"]) == ["memory"]


def test_an_unknown_persona_has_none(api: httpx.Client) -> None:
    """The refusal has Tavus's words."""
    assert status_and_body(api.get("/v2/pals/unknown/tools")) == (400, {"error": "Bad Request. PAL not found"})
    assert status_and_body(api.get("/v2/pals/unknown/skills")) == (404, {"error": "PAL not found"})


def test_the_registry_lists_the_skills(api: httpx.Client) -> None:
    """Each has an id and a name."""
    found = {each["skill_id"]: each["display_name"] for each in api.get("/v2/skills").json()["data"]}

    assert found["magic_canvas"] == "Magic Canvas"
