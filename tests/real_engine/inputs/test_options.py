"""Options and inputs that Pulumi or Tavus cannot honor: a real preview answers each in one line."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import lines_about
from tests.real_engine.stack import Stack, errors
from tests.support.conversations import PERSONA
from tests.support.ids import BENT_IDS


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("Persona('a', system_prompt='x'", "give the input existing_persona_id"),
        ("RecordingRole('a', bucket_name='abc'", "cannot import a dynamic resource: remove import_ and let it be created"),
        ("RecordingStorage('a'", "give the input existing_bucket"),
    ],
)
def test_import_is_refused_in_one_line(stack: Stack, resource: str, words: str) -> None:
    """The error for `import_` names the input to give instead, without a traceback of Pulumi."""
    stack.program(f"tavus.{resource}, opts=pulumi.ResourceOptions(import_='p1'))\n")
    printed = stack.preview(fails=True)
    (line,) = errors(printed)
    assert words in line
    assert "Traceback" not in printed


def test_options_without_effect_are_named(sandbox: Sandbox, stack: Stack) -> None:
    """A change under replace_on_changes is no replacement, and the preview says which options are not heeded."""
    options = "replace_on_changes=['persona_name'], custom_timeouts=pulumi.CustomTimeouts(create='1h'), protect=False"
    program = "tavus.Persona('a', system_prompt='x', persona_name='{}', opts=pulumi.ResourceOptions({}))\n"
    stack.program(program.format("Anna", options))
    stack.up()
    stack.program(program.format("Bea", options))
    printed = stack.up()
    assert "no effect on a dynamic resource: replace_on_changes (`pulumi up --replace URN` replaces it)" in printed
    assert "custom_timeouts (inputs such as wait_for_ready" in printed
    assert "protect (" not in printed
    assert [call["method"] for call in sandbox.control.calls()] == ["POST", "GET", "PATCH"]


def test_options_that_have_an_effect_have_it(sandbox: Sandbox, stack: Stack) -> None:
    """An option replaces when its value changes, deletes first, hides a difference and ignores a change."""
    program = (
        "options = pulumi.ResourceOptions(replacement_trigger={0!r}, delete_before_replace=True)\n"
        "tavus.PronunciationDictionary('first', name='Names', opts=options)\n"
        "tavus.Persona('hidden', system_prompt={0!r}, opts=pulumi.ResourceOptions(hide_diffs=['system_prompt']))\n"
        "options = pulumi.ResourceOptions(ignore_changes=['system_prompt'])\n"
        "tavus.Persona('ignored', system_prompt={0!r}, opts=options)\n"
    )
    stack.program(program.format("one"))
    stack.up()
    before = len(sandbox.control.calls())
    stack.program(program.format("two"))
    printed = stack.up("--diff")
    calls = [(call["method"], call["path"].split("/")[2]) for call in sandbox.control.calls()[before:]]
    assert [method for method, kind in calls if kind == "pronunciation-dictionaries"] == ["DELETE", "POST"]
    assert [method for method, kind in calls if kind == "personas"] == ["GET", "PATCH"]
    assert '"one" => "two"' not in lines_about("hidden", printed)
    stack.destroy()


def test_an_option_that_leaves_a_conversation_active_is_named(sandbox: Sandbox, stack: Stack) -> None:
    """Pulumi skips the deletion of what has deleted_with, so the conversation would stay active after `destroy`."""
    stack.program(
        "persona = tavus.Persona('a', system_prompt='x')\n"
        f"tavus.Conversation('b', persona_id={PERSONA!r}, opts=pulumi.ResourceOptions(deleted_with=persona))\n"
        "tavus.RecordingStorage('c', opts=pulumi.ResourceOptions(deleted_with=persona))\n"
    )
    printed = stack.preview()
    assert printed.count("nothing at Tavus or AWS is deleted with another object") == 2


@pytest.mark.parametrize(
    "declared",
    [
        f"Persona('a', existing_persona_id={BENT_IDS[0]!r})",
        "Persona.get('a', 'p1?verbose=true')",
        "Document.get('a', 'd1\\r\\nX: y')",
    ],
)
def test_an_id_that_leads_elsewhere_is_refused(sandbox: Sandbox, stack: Stack, declared: str) -> None:
    """Neither adopting nor reading it calls Tavus: it would lead to an object of another kind, which `destroy` would delete."""
    stack.program(f"tavus.{declared}\n")
    (line,) = errors(stack.preview(fails=True))
    assert "must be an id as Tavus shows it" in line
    assert "bug" not in line
    assert sandbox.control.calls() == []


def test_an_empty_string_is_as_good_as_none(sandbox: Sandbox, stack: Stack) -> None:
    """Up accepts empty strings of a copied body, a preview then shows no change, nor does removing them."""
    stack.program(
        "tavus.Persona('a', system_prompt='x', persona_name='', default_replica_id='', llm={'model': '', 'api_key': ''})\n"
        f"tavus.Conversation('b', persona_id={PERSONA!r}, callback_url='', existing_conversation_id='', on_ended='')\n"
    )
    stack.up()
    stack.pulumi("up", "--yes", "--refresh", "--expect-no-changes")
    stack.program(f"tavus.Persona('a', system_prompt='x', llm={{}})\ntavus.Conversation('b', persona_id={PERSONA!r})\n")
    stack.pulumi("up", "--yes", "--refresh", "--expect-no-changes")
    sent = [call["body"] for call in sandbox.control.calls() if call["method"] == "POST"]
    assert sorted(map(str, map(sorted, sent))) == ["['conversation_name', 'persona_id']", "['layers', 'system_prompt']"]
