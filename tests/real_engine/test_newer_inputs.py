"""Inputs of conversations that Tavus has had since 2026, on the real engine, written as their users write them."""

from __future__ import annotations

from tavus_provider.sandbox import Sandbox
from tests.real_engine.objects import assert_shows, lines_about
from tests.real_engine.stack import Stack
from tests.support.calls import sent_bodies
from tests.support.conversations import PERSONA

EUROPEAN = {"policy": "eu", "region": "eu", "participant_tags": ["user_12345"], "enable_dynamic_greeting": True}
MEETING = {"meeting_url": "https://meet.google.com/abc-defg-hij"}
OWN_ROOM = {"daily_room": "https://acme.daily.co/front-desk"}


def program(**european: object) -> str:
    """Return a program of three conversations: under European rules, in a meeting elsewhere, in a room of the user's own."""
    kinds = {"european": {**EUROPEAN, **european}, "meeting": MEETING, "own-room": OWN_ROOM}
    calls = "".join(
        f"{name!r}: tavus.Conversation({name!r}, persona_id={PERSONA!r}, **{kind!r}), " for name, kind in kinds.items()
    )
    return (
        f"calls = {{{calls}}}\n"
        "for name, call in calls.items():\n"
        "    pulumi.export(name, [call.conversation_url, call.room_url])\n"
    )


def test_from_nothing_to_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """They go up as given, are clean after a refresh, are replaced for an edit, and go down."""
    stack.program(program())
    stack.up()
    bodies = sent_bodies(sandbox, "POST")
    assert [body for body in bodies if body.items() >= EUROPEAN.items()] != []
    assert [body for body in bodies if body.items() >= MEETING.items()] != []
    assert [body["properties"] for body in bodies if "properties" in body] == [OWN_ROOM]
    outputs = stack.outputs()
    assert outputs["own-room"][0] == OWN_ROOM["daily_room"]
    assert outputs["european"][0] == outputs["european"][1]
    assert outputs["meeting"][1] is None
    stack.up("--refresh", "--expect-no-changes")

    stack.program(program(participant_tags=["user_67890"]))
    assert_shows(lines_about("european", stack.up("--diff")), "(replace)", '"user_12345" => "user_67890"')
    assert sandbox.control.books()["active"] == 3
    stack.destroy()
    assert sandbox.control.books()["active"] == 0


def test_what_tavus_does_not_document_is_a_warning(sandbox: Sandbox, stack: Stack) -> None:
    """A value that an open list lacks is named with what is documented, and reaches Tavus, which decides."""
    stack.program(program(region="eu", policy="uk"))
    assert "policy is 'uk', which is sent unchanged but not among those that Tavus documents (eu)" in stack.preview()
    assert "Tavus answered 400" in stack.up(fails=True)
    stack.destroy()
    assert sandbox.control.books()["active"] == 0
