"""Tools and skills of a persona against a local Tavus: calls of their own, below the persona's path."""

from __future__ import annotations

from typing import Any

import pytest

from tavus_provider.api.errors import InputError
from tavus_provider.lifecycle.base import Props
from tavus_provider.objects.persona import PersonaArgs, PersonaLifecycle
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.operations import Operation
from tavus_provider.schema.fields import table
from tavus_provider.schema.validation import find_warnings
from tests.support.calls import call_lines
from tests.support.http_client import HTTP
from tests.support.lifecycles import find_mistakes, object_at
from tests.support.objects import remaining_objects

PLAIN: Props = {"persona_name": "Clerk", "system_prompt": "You help."}
SKILLS: Props = {"internet_search": {}, "magic_canvas": {"usage_guidance": "Draw."}}


def add_tools(sandbox: Sandbox, *names: str) -> list[str]:
    """Let the account have tools of these names; return their ids."""
    return [each["tool_id"] for each in sandbox.control.seed(tools=[{"name": name} for name in names])["tools"]]


def ask(sandbox: Sandbox, method: str, path: str, body: Any = None) -> Any:
    """Make a call as somebody else would, on a page or with a script."""
    headers = {"x-api-key": sandbox.key}
    response = HTTP.request(method, f"{sandbox.url}/v2/pals/{path}", json=body, headers=headers).raise_for_status()
    return response.json()["data"] if response.content else None


def attached(sandbox: Sandbox, id_: str) -> list[str]:
    """Return the ids of the tools that a persona has."""
    return [each["tool_id"] for each in ask(sandbox, "GET", f"{id_}/tools")]


def writes(sandbox: Sandbox) -> list[str]:
    """Return all calls but those that only read."""
    return [line for line in call_lines(sandbox) if not line.startswith("GET")]


def test_a_persona_without_them_costs_no_further_call(sandbox: Sandbox) -> None:
    """Create, refresh and update ask for the persona alone."""
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create(PLAIN)
    it.read(id_, outs)
    it.update(id_, outs, {**PLAIN, "system_prompt": "You listen."})

    assert not [line for line in call_lines(sandbox) if "/pals/" in line]


def test_a_new_persona_gets_them_in_one_call_each(sandbox: Sandbox) -> None:
    """Attaching sends no read first, because a new persona has no tools or skills."""
    first, second = add_tools(sandbox, "first", "second")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "tool_ids": [first, second], "skills": SKILLS})

    assert call_lines(sandbox) == ["POST /v2/personas", f"POST /v2/pals/{id_}/tools", f"PUT /v2/pals/{id_}/skills"]
    assert (outs["tool_ids"], outs["attached_tool_ids"], outs["skills"]) == ([first, second], [first, second], SKILLS)
    assert it.read(id_, outs) == (id_, outs)


def test_only_the_difference_is_attached_and_detached(sandbox: Sandbox) -> None:
    """The update leaves alone the tools that old and new inputs share."""
    kept, dropped, added = add_tools(sandbox, "kept", "dropped", "added")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "tool_ids": [kept, dropped]})
    news = {**PLAIN, "tool_ids": [kept, added]}

    assert (it.diff(id_, outs, news).changes, it.diff(id_, outs, news).replaces) == (("tool_ids",), ())
    outs = it.update(id_, outs, news)

    assert writes(sandbox)[2:] == [f"POST /v2/pals/{id_}/tools", f"DELETE /v2/pals/{id_}/tools/{dropped}"]
    assert sandbox.control.calls()[-2]["body"] == {"tool_ids": [added]}
    assert (outs["attached_tool_ids"], attached(sandbox, id_)) == ([kept, added], [kept, added])


def test_what_others_attached_stays_and_shows(sandbox: Sandbox) -> None:
    """A refresh shows the tool in an output; neither an edit nor removing the input detaches it."""
    own, others = add_tools(sandbox, "own", "others")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "tool_ids": [own]})
    ask(sandbox, "POST", f"{id_}/tools", {"tool_ids": [others]})
    found = it.read(id_, outs)

    assert found is not None
    assert (found[1]["tool_ids"], found[1]["attached_tool_ids"]) == ([own], [own, others])
    assert it.diff(id_, found[1], {**PLAIN, "tool_ids": [own]}).changes == ()

    outs = it.update(id_, found[1], PLAIN)
    assert attached(sandbox, id_) == [others]
    assert "attached_tool_ids" not in outs


def test_a_tool_that_somebody_detached_is_attached_again(sandbox: Sandbox) -> None:
    """A refresh shows that the tool is missing, and the update attaches it."""
    (own,) = add_tools(sandbox, "own")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "tool_ids": [own]})
    ask(sandbox, "DELETE", f"{id_}/tools/{own}")
    found = it.read(id_, outs)

    assert found is not None
    assert it.diff(id_, found[1], {**PLAIN, "tool_ids": [own]}).changes == ("tool_ids",)
    it.update(id_, found[1], {**PLAIN, "tool_ids": [own]})
    assert attached(sandbox, id_) == [own]


def test_detaching_again_after_a_lost_answer_is_no_mistake(sandbox: Sandbox) -> None:
    """Tavus refuses the second try; the list shows that the tool is detached, so the update succeeds."""
    (own,) = add_tools(sandbox, "own")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "tool_ids": [own]})
    sandbox.control.inject("detach_tool", close="rst", when="after")
    it.update(id_, outs, PLAIN)

    assert attached(sandbox, id_) == []


def test_skills_are_replaced_in_one_call(sandbox: Sandbox) -> None:
    """The program's list is the whole one: skills of others show as a change, and the next update removes them."""
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "skills": SKILLS})
    HTTP.put(f"{sandbox.url}/v2/pals/{id_}/skills/memory", json={}, headers={"x-api-key": sandbox.key}).raise_for_status()
    found = it.read(id_, outs)

    assert found is not None
    assert found[1]["skills"] == {**SKILLS, "memory": {}}
    it.update(id_, found[1], {**PLAIN, "skills": SKILLS})
    assert sandbox.control.calls()[-1]["body"] == {"skills": {name: {"config": config} for name, config in SKILLS.items()}}
    assert list(ask(sandbox, "GET", f"{id_}/skills")) == list(SKILLS)


def test_what_tavus_adds_to_a_configuration_is_no_drift(sandbox: Sandbox) -> None:
    """Only the members that the program gives of a skill are compared."""
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create({**PLAIN, "skills": {"magic_canvas": {}}})
    ask(sandbox, "PUT", f"{id_}/skills", {"skills": {"magic_canvas": {"config": {"components": {}}}}})

    assert it.read(id_, outs) == (id_, outs)


@pytest.mark.parametrize("operation", ["attach_tools", "replace_skills"])
def test_a_persona_whose_parts_fail_is_deleted_again(sandbox: Sandbox, operation: Operation) -> None:
    """The error says that the persona was deleted, and the next create makes the only one."""
    (own,) = add_tools(sandbox, "own")
    news = {**PLAIN, "tool_ids": [own], "skills": SKILLS}
    it = object_at(PersonaLifecycle, sandbox.url)
    sandbox.control.inject(operation, status=400, json={"error": "no"})
    with pytest.raises(InputError, match="was deleted again, so nothing is left of it"):
        it.create(news)

    id_, _ = it.create(news)
    assert [each["id"] for each in remaining_objects(sandbox) if each.get("persona_name") == "Clerk"] == [id_]


def test_a_persona_that_cannot_be_deleted_again_is_completed_later(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """The state has the persona without what failed, a notice says so, and the next update adds it."""
    it = object_at(PersonaLifecycle, sandbox.url)
    sandbox.control.inject("replace_skills", status=400, json={"error": "no"})
    sandbox.control.inject("delete_persona", status=400, json={"error": "no"})
    id_, outs = it.create({**PLAIN, "skills": SKILLS})

    assert "exists without that: the next `pulumi up` adds it" in capsys.readouterr().err
    assert it.diff(id_, outs, {**PLAIN, "skills": SKILLS}).changes == ("skills",)
    it.update(id_, outs, {**PLAIN, "skills": SKILLS})
    assert list(ask(sandbox, "GET", f"{id_}/skills")) == list(SKILLS)


def test_an_update_that_fails_halfway_says_what_it_changed(sandbox: Sandbox) -> None:
    """The error names the inputs that the update has changed, because the persona is changed before its parts."""
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, outs = it.create(PLAIN)
    sandbox.control.inject("replace_skills", status=400, json={"error": "no"})

    with pytest.raises(InputError, match=r"set the skills of persona .*; changed before that: system_prompt$"):
        it.update(id_, outs, {**PLAIN, "system_prompt": "You listen.", "skills": SKILLS})


def test_an_import_tells_of_them(sandbox: Sandbox) -> None:
    """All attached tools and skills become inputs."""
    (own,) = add_tools(sandbox, "own")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, _ = it.create({**PLAIN, "tool_ids": [own], "skills": SKILLS})
    found = it.import_existing(id_)

    assert found is not None
    assert (found[0]["tool_ids"], found[0]["skills"]) == ([own], SKILLS)


def test_adopting_compares_them_and_writes_nothing(sandbox: Sandbox) -> None:
    """A declared tool that is not attached is a difference; a tool that others attached is none."""
    own, others = add_tools(sandbox, "own", "others")
    it = object_at(PersonaLifecycle, sandbox.url)
    id_, _ = it.create({**PLAIN, "tool_ids": [own, others]})
    before = writes(sandbox)

    assert it.create({**PLAIN, "tool_ids": [own], "existing_persona_id": id_})[0] == id_
    (third,) = add_tools(sandbox, "third")
    with pytest.raises(InputError, match="at Tavus it has another tool_ids"):
        it.create({**PLAIN, "tool_ids": [third], "existing_persona_id": id_})
    assert writes(sandbox) == before


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"tool_ids": ["t1", "t2", "t1"]}, "tool_ids must have each tool once, not t1 twice"),
        ({"tool_ids": [f"t{number}" for number in range(51)]}, "tool_ids must have at most 50 tools, not 51"),
        ({"skills": {"presentation": {}}}, "skills must name the documents to present"),
        (
            {"skills": {"presentation": {"document_ids": ["d1"], "slides_trigger": "now"}}},
            "skills must have presentation.slides_trigger on_demand or walk_the_deck, not 'now'",
        ),
        ({"skills": ["magic_canvas"]}, "skills must be an object, not ['magic_canvas']"),
    ],
)
def test_mistakes_are_named(inputs: Props, words: str) -> None:
    """Check names each mistake without a call to Tavus."""
    ((property_, reason),) = find_mistakes(PersonaLifecycle, **PLAIN, **inputs)

    assert words in f"{property_} {reason}"


def test_a_skill_that_tavus_does_not_document_is_a_warning() -> None:
    """Check warns and refuses nothing, because Tavus's registry grows."""
    (warning,) = find_warnings(table(PersonaArgs), {"skills": {"magic_canvass": {}}})

    assert "did you mean magic_canvas?" in str(warning)
