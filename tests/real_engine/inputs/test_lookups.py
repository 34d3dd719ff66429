"""Lookups in programs on the real engine, in previews too."""

from __future__ import annotations

import json

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack

COACH = "pcb7a34da5fe"

BY_NAME = """
coach = tavus.get_persona(name="Life Coach", system=True)
call = tavus.Conversation("call", persona_id=coach.persona_id)
pulumi.export("persona_id", coach.persona_id)
pulumi.export("conversation_id", call.conversation_id)
"""

CREATED = f"""
call = tavus.Conversation("call", persona_id={COACH!r})
found = tavus.get_conversation_output(id=call.conversation_id)
tavus.Conversation("next", persona_id=found.persona_id)
pulumi.export("status", found.status)
"""

NAMED = """
words = tavus.PronunciationDictionary("words", name="Words")
found = tavus.get_pronunciation_dictionary_output(name=words.name)
pulumi.export("found", found.pronunciation_dictionary_id)
"""


def paths_read(sandbox: Sandbox) -> list[str]:
    """Return the paths that were read."""
    return [call["path"] for call in sandbox.control.calls() if call["method"] == "GET"]


def first_error(printed: str) -> str:
    """Return the first error that a command printed; fails where it printed a traceback."""
    assert "Traceback" not in printed
    return next(line for line in printed.splitlines() if "error: " in line).partition("error: ")[2]


def test_a_conversation_with_a_persona_of_a_name(sandbox: Sandbox, stack: Stack) -> None:
    """The preview has the id already; up creates one conversation, and after that there is nothing to do."""
    stack.program(BY_NAME)
    preview = stack.preview()
    assert f'persona_id: "{COACH}"' in preview
    stack.up()
    assert stack.outputs()["persona_id"] == COACH
    stack.preview("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert [call["method"] for call in sandbox.control.calls()].count("POST") == 1
    stack.destroy()


def test_what_is_looked_up_by_an_id_of_this_program(sandbox: Sandbox, stack: Stack) -> None:
    """A preview leaves an unknown id open and calls nothing; up finds it, and its value depends on the resource it came from."""
    stack.program(CREATED)
    assert stack.plan() == {"call": "create", "next": "create"}
    assert paths_read(sandbox) == []
    stack.up()
    assert stack.outputs()["status"] == "active"
    resources = stack.resources()
    assert resources["next"]["inputs"]["persona_id"] == COACH
    assert resources["next"]["dependencies"] == [resources["call"]["urn"]]
    stack.preview("--expect-no-changes")
    stack.destroy()


def test_what_is_looked_up_by_a_name_of_this_program(sandbox: Sandbox, stack: Stack) -> None:
    """A preview has the name of a resource that is not created yet, and does not look for it."""
    stack.program(NAMED)
    stack.preview()
    assert paths_read(sandbox) == []
    stack.up()
    (made,) = (each["id"] for each in sandbox.control.objects("pronunciation_dictionaries") if not each["seeded"])
    assert stack.outputs() == {"found": made}
    stack.up("--expect-no-changes")
    stack.destroy()


def test_a_lookup_without_a_key(sandbox: Sandbox, stack: Stack) -> None:
    """A preview prints in one line that the key is missing; with a configured key it goes on, and the key stays secret."""
    stack.environment.pop("TAVUS_API_KEY")
    for lookup in ("get_persona", "get_persona_output"):
        stack.program(f"pulumi.export('id', tavus.{lookup}(name='Life Coach').persona_id)\n")
        assert first_error(stack.preview(fails=True)).startswith("there is no Tavus API key: run `pulumi config set --secret")
    stack.pulumi("config", "set", "--secret", "tavus:apiKey", sandbox.key)
    stack.up()
    assert stack.pulumi("stack", "output", "id").strip() == COACH
    assert sandbox.key not in stack.export()


def test_several_of_one_name(sandbox: Sandbox, stack: Stack) -> None:
    """A preview lists them in one line."""
    twins = sandbox.control.seed(personas=[{"persona_name": "Twin"}, {"persona_name": "Twin"}])["personas"]
    for lookup in ("get_persona", "get_persona_output"):
        stack.program(f"pulumi.export('id', tavus.{lookup}(name='Twin').persona_id)\n")
        words = first_error(stack.preview(fails=True))
        assert words.startswith("could not look up persona 'Twin': 2 have that name: ")
        for twin in twins:
            assert f"{twin['persona_id']} ('Twin', {twin['created_at']})" in words


def test_a_lookup_in_another_account(sandbox: Sandbox, stack: Stack) -> None:
    """Both kinds of lookup use the account that they are given, and its key makes none of their results secret."""
    with Sandbox(key="tvs-second-account") as second:
        second.control.seed(personas=[{"persona_id": "p-second", "persona_name": "Only there"}])
        stack.program(
            f"account = tavus.Account('second', api_key=pulumi.Output.secret({second.key!r}), base_url={second.url!r})\n"
            "pulumi.export('now', tavus.get_persona(name='Only there', account=account).persona_id)\n"
            "pulumi.export('later', tavus.get_persona_output(name='Only there', account=account).persona_id)\n"
        )
        assert '"p-second"' in stack.preview()
        stack.up()
        assert json.loads(stack.pulumi("stack", "output", "--json")) == {"now": "p-second", "later": "p-second"}
        assert second.key not in stack.export()
        assert paths_read(sandbox) == []


def test_a_lookup_in_an_account_that_is_known_later(sandbox: Sandbox, stack: Stack) -> None:
    """Where a preview does not know the account, an output stays unknown and a plain lookup names the function to call."""
    unknown = (
        f"call = tavus.Conversation('call', persona_id={COACH!r})\n"
        f"url = call.conversation_url.apply(lambda _: {sandbox.url!r})\n"
        f"account = tavus.Account('second', base_url=url, api_key={sandbox.key!r})\n"
    )
    stack.program(unknown + "pulumi.export('id', tavus.get_persona_output(name='Life Coach', account=account).persona_id)\n")
    stack.preview()
    assert paths_read(sandbox) == []
    stack.up()
    assert stack.outputs() == {"id": COACH}
    stack.destroy()
    stack.program(unknown + "tavus.get_persona(name='Life Coach', account=account)\n")
    assert first_error(stack.preview(fails=True)) == (
        "account will be known only after `pulumi up`: call the function with _output in its name"
    )


def test_what_is_looked_up_by_a_secret_stays_secret(stack: Stack) -> None:
    """What is derived from a secret input is not printed."""
    stack.program(f"pulumi.export('it', tavus.get_persona_output(id=pulumi.Output.secret({COACH!r})).persona_name)\n")
    assert "Life Coach" not in stack.up()
    assert stack.outputs() == {"it": "Life Coach"}
