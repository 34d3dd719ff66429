"""Single guardrails on the real engine, which share a path with the older sets, and the persona that has them."""

from __future__ import annotations

from typing import Any

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import assert_shows
from tests.real_engine.stack import Stack
from tests.support.http_client import HTTP
from tests.support.objects import remaining_objects

PROGRAM = """
prices = tavus.Guardrail("prices", guardrail_name="no_prices", guardrail_prompt={prompt!r}, tags=["sales"])
law = tavus.Guardrail("law", guardrail_name="no_law", guardrail_prompt="No advice.")
sets = tavus.Guardrails("set", data=[{{"guardrail_name": "kind", "guardrail_prompt": "Be kind."}}])
tavus.Persona("clerk", system_prompt="You sell.", guardrails={guardrails}, guardrail_tags=["sales"])
"""


def program(prompt: str = "Name no price.", guardrails: str = "[prices, law]") -> str:
    """Return a program with two guardrails and a set."""
    return PROGRAM.format(prompt=prompt, guardrails=guardrails)


def written(sandbox: Sandbox, before: int) -> list[Any]:
    """Return the bodies of what was written since a number of calls."""
    return [call["body"] for call in sandbox.control.calls()[before:] if call["method"] != "GET"]


def test_the_life_of_single_guardrails(sandbox: Sandbox, stack: Stack) -> None:
    """Guardrails are created, change in place, show drift, replace each other in the persona, and are deleted."""
    stack.program(program())
    stack.up()
    stack.up("--refresh", "--expect-no-changes")
    ids = {each["guardrail_name"]: each["id"] for each in sandbox.control.objects("single_guardrails")}
    (persona,) = [each for each in sandbox.control.objects("personas") if not each["seeded"]]
    assert persona["guardrail_ids"] == [ids["no_prices"], ids["no_law"]]

    before = len(sandbox.control.calls())
    stack.program(program(prompt="No prices."))
    assert_shows(stack.up("--diff"), '~ guardrail_prompt: "Name no price." => "No prices."')
    assert written(sandbox, before) == [[{"op": "add", "path": "/guardrail_prompt", "value": "No prices."}]]

    by_hand = [{"op": "replace", "path": "/guardrail_prompt", "value": "Name it."}]
    path = f"{sandbox.url}/v2/guardrails/{ids['no_prices']}"
    HTTP.patch(path, json=by_hand, headers={"x-api-key": sandbox.key}).raise_for_status()
    assert_shows(stack.preview("--refresh", "--diff"), '~ guardrail_prompt: "Name it." => "No prices."')
    stack.up("--refresh")

    before = len(sandbox.control.calls())
    stack.program(program(prompt="No prices.", guardrails="sets"))
    stack.up()
    (patch,) = written(sandbox, before)
    assert [(each["op"], each["path"]) for each in patch] == [("remove", "/guardrail_ids"), ("add", "/guardrails_id")]
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_a_wrong_list_of_guardrails_is_refused_in_one_line(stack: Stack) -> None:
    """One line refuses a set in a list, a single guardrail without a list, and both kinds of ids at once."""
    stack.program(program(guardrails="[sets]"))
    assert (
        "guardrails takes Guardrail, not Guardrails; write guardrail_ids for ids, or guardrails=… for one Guardrails"
        in stack.preview(fails=True)
    )
    stack.program(program(guardrails="law"))
    assert (
        "guardrails takes Guardrails, not Guardrail; write guardrails_id for an id, or guardrails=[…] for a list of Guardrail"
        in stack.preview(fails=True)
    )
    stack.program(program(guardrails='[prices, law], guardrail_ids=["g1"]'))
    assert "cannot be combined with guardrail_ids: give only one of them" in stack.preview(fails=True)
