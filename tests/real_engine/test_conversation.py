"""A conversation's life on the real engine: what `pulumi` prints, what Tavus receives, and what the state contains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import PASSPHRASE, Stack
from tests.support.conversations import PERSONA, REPLICA, active_ids

GIVEN = {"persona_id": PERSONA, "replica_id": REPLICA}
STORAGE = {
    "provider": "s3",
    "bucket_name": "recordings-1",
    "bucket_region": "eu-west-1",
    "assume_role_arn": "arn:aws:iam::123456789012:role/recorder",
    "external_id": "tavus",
}
EVERYTHING: dict[str, Any] = {
    **GIVEN,
    "audio_only": True,
    "callback_url": "http://127.0.0.1:9/hook",
    "conversation_name": "Welcome call",
    "conversational_context": "A new customer, \u00e9l\u00e8ve \U0001f600",
    "custom_greeting": "Hello!",
    "memory_stores": ["anna"],
    "document_ids": ["d1", "d2"],
    "document_retrieval_strategy": "quality",
    "document_tags": ["handbook"],
    "require_auth": True,
    "max_participants": 3,
    "max_call_duration": 1800,
    "participant_left_timeout": 60,
    "participant_absent_timeout": 120,
    "enable_recording": True,
    "enable_closed_captions": True,
    "apply_greenscreen": True,
    "language": "English",
    "recording_storage": STORAGE,
    "on_ended": "recreate",
    "on_destroy": "delete",
}
TOP = (
    "replica_id persona_id audio_only callback_url conversation_name conversational_context custom_greeting memory_stores "
    "document_ids document_retrieval_strategy document_tags require_auth max_participants"
).split()


def calls_since(sandbox: Sandbox, seen: int) -> list[str]:
    """Return the calls after the first `seen`, each as its method and the last part of its path that is not an id."""
    calls = sandbox.control.calls()[seen:]
    return [f"{call['method']} {'end' if call['path'].endswith('/end') else 'conversations'}" for call in calls]


def declare_each(stack: Stack, inputs: list[dict[str, Any]]) -> None:
    """Write a program that declares a conversation with each of some inputs: call0, call1 and so on."""
    stack.program("".join(f"tavus.Conversation('call{n}', **{ {**GIVEN, **each}!r})\n" for n, each in enumerate(inputs)))


def test_from_nothing_to_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """Preview calls nothing, up creates one conversation, a second up nothing, refresh reads it, destroy ends it."""
    stack.declare(**GIVEN)
    assert stack.plan() == {"call": "create"}
    assert calls_since(sandbox, 0) == []

    stack.up()
    outputs = stack.outputs()
    (room,) = sandbox.control.conversations()
    assert outputs["status"] == "active"
    assert {name: value for name, value in room.items() if name in outputs} == outputs
    assert calls_since(sandbox, 0) == ["POST conversations"]

    stack.up("--expect-no-changes")
    stack.preview("--expect-no-changes")
    assert calls_since(sandbox, 1) == []

    stack.refresh()
    stack.preview("--expect-no-changes")
    assert calls_since(sandbox, 1) == ["GET conversations"]

    stack.destroy()
    assert calls_since(sandbox, 2) == ["POST end"]
    assert active_ids(sandbox) == []
    assert stack.resources() == {}


def test_every_input_reaches_the_wire_and_survives(sandbox: Sandbox, stack: Stack) -> None:
    """The request has each input under its name, integers as integers, and a second up finds nothing changed."""
    sandbox.control.seed(documents=[{"document_id": id_} for id_ in EVERYTHING["document_ids"]])
    stack.declare(**EVERYTHING)
    stack.up()
    body = sandbox.control.calls()[0]["body"]
    ours = ("on_ended", "on_destroy")
    nested = {name: value for name, value in EVERYTHING.items() if name not in (*TOP, *ours)}
    assert body == {**{name: EVERYTHING[name] for name in TOP}, "properties": nested}
    assert isinstance(body["properties"]["max_call_duration"], int)

    stack.up("--expect-no-changes")
    stack.refresh()
    stack.preview("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_the_older_inputs_reach_the_wire_and_warn(sandbox: Sandbox, stack: Stack) -> None:
    """The flat recording inputs are sent as the older contract has them, and captions' older name under its current one."""
    trio = {
        "recording_s3_bucket_name": "recordings-1",
        "recording_s3_bucket_region": "eu-west-1",
        "aws_assume_role_arn": "arn:aws:iam::123456789012:role/recorder",
    }
    stack.declare(**GIVEN, **trio, enable_recording=True, enable_transcription=True, test_mode=True, language="Klingon")
    printed = stack.up()

    assert sandbox.control.calls()[0]["body"]["properties"] == {
        **trio,
        "enable_recording": True,
        "enable_closed_captions": True,
        "language": "Klingon",
    }
    assert "warning: recording_s3_bucket_name is deprecated: write recording_storage instead" in printed
    assert "warning: language 'Klingon' is not among the languages that Tavus lists" in printed
    stack.up("--expect-no-changes")
    stack.destroy()


def test_a_change_that_tavus_sees_replaces(sandbox: Sandbox, stack: Stack) -> None:
    """The preview shows each property with both values; up ends each old conversation before it creates the new one."""
    changes: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({"max_call_duration": 600}, {"max_call_duration": 900}, "~ max_call_duration: 600 => 900"),
        ({"language": "English"}, {}, '- language: "English"'),
        ({}, {"document_tags": ["a"]}, "+ document_tags: ["),
        (
            {"recording_storage": STORAGE},
            {"recording_storage": {**STORAGE, "external_id": "other"}},
            '~ external_id : "tavus" => "other"',
        ),
    ]
    declare_each(stack, [olds for olds, _, _ in changes])
    stack.up()
    before = {name: each["id"] for name, each in stack.resources().items()}
    declare_each(stack, [news for _, news, _ in changes])

    shown = "".join(stack.preview().split())
    assert shown.count("(replace)") == len(changes)
    assert [line for _, _, line in changes if "".join(line.split()) not in shown] == []
    seen = len(sandbox.control.calls())
    stack.up()
    calls = sandbox.control.calls()[seen:]
    assert len(calls) == 2 * len(changes)
    told = [call["path"] if call["path"].endswith("/end") else call["body"]["conversation_name"] for call in calls]
    for name, id_ in before.items():
        ended, created_id = (next(n for n, each in enumerate(told) if part in each) for part in (f"/{id_}/end", f"{name}-"))
        assert ended < created_id
    assert len(active_ids(sandbox)) == len(changes)
    assert set(before.values()).isdisjoint(active_ids(sandbox))
    stack.destroy()


def test_what_is_ours_updates_in_place(sandbox: Sandbox, stack: Stack) -> None:
    """A changed policy is an update that calls nothing at Tavus, and it is in force from then on."""
    stack.declare(**GIVEN)
    stack.up()
    stack.declare(**GIVEN, on_destroy="delete")
    assert stack.plan() == {"call": "update"}
    stack.up()
    assert calls_since(sandbox, 1) == []

    stack.destroy()
    assert calls_since(sandbox, 1) == ["POST end", "DELETE conversations"]


def test_an_ended_conversation_stays_until_asked_otherwise(sandbox: Sandbox, stack: Stack) -> None:
    """Refresh shows that it ended; the next up keeps it, or creates another where on_ended is recreate."""
    stack.declare(**GIVEN)
    stack.up()
    sandbox.control.advance(300)
    stack.refresh()
    assert stack.outputs()["status"] == "active"  # the program has not run since
    assert stack.resources()["call"]["outputs"]["status"] == "ended"
    stack.up("--refresh=false")
    assert stack.outputs()["status"] == "ended"
    assert active_ids(sandbox) == []

    stack.declare(**GIVEN, on_ended="recreate")
    assert stack.plan() == {"call": "replace"}
    stack.up()
    assert len(active_ids(sandbox)) == 1
    stack.up("--expect-no-changes")

    sandbox.control.advance(300)
    stack.refresh()
    assert stack.plan() == {"call": "replace"}  # although the program is the same
    stack.up()
    assert len(active_ids(sandbox)) == 1
    stack.destroy()


def test_a_vanished_conversation_leaves_the_state_and_is_created_again(sandbox: Sandbox, stack: Stack) -> None:
    """A conversation that somebody deleted is gone after a refresh, and the next up creates another."""
    stack.declare(**GIVEN)
    stack.up()
    sandbox.control.reset()
    stack.refresh()
    assert stack.resources() == {}
    assert stack.plan() == {"call": "create"}
    stack.up()
    assert len(active_ids(sandbox)) == 1
    stack.destroy()


def test_adopt_manages_what_runs_and_get_only_reads_it(sandbox: Sandbox, stack: Stack, new_stack: Callable[..., Stack]) -> None:
    """An adopted conversation is not created again, and destroy ends it; one that is only read is left alone."""
    stack.declare(**GIVEN)
    stack.up()
    (running,) = active_ids(sandbox)
    other = new_stack(sandbox, "other")
    other.program(
        f"call = tavus.Conversation.get('call', {running!r})\n"
        "pulumi.export('conversation_url', call.conversation_url)\npulumi.export('status', call.status)\n"
    )
    other.up()
    assert other.outputs()["status"] == "active"
    other.up("--expect-no-changes")
    other.destroy()
    assert active_ids(sandbox) == [running]

    other.declare(existing_conversation_id=running)
    other.up()
    assert other.outputs()["conversation_id"] == running
    other.up("--expect-no-changes")
    other.declare()
    assert "persona_id" in other.up(fails=True)
    other.declare(existing_conversation_id=running, language="English")
    assert "remove existing_conversation_id to end it and have another one created" in other.preview(fails=True)
    other.declare(**GIVEN)
    assert other.plan() == {"call": "update"}
    other.up()
    assert active_ids(sandbox) == [running]
    other.destroy()
    assert active_ids(sandbox) == []


def test_get_of_what_is_gone_fails(stack: Stack) -> None:
    """A conversation that Tavus does not have cannot be read."""
    stack.program("tavus.Conversation.get('call', 'c-none')\n")
    assert "could not read conversation c-none: it does not exist in this account" in stack.up(fails=True)


def test_two_stacks_have_a_conversation_each(sandbox: Sandbox, stack: Stack, new_stack: Callable[..., Stack]) -> None:
    """Stacks of one program do not share a conversation, and destroying one leaves the other."""
    other = new_stack(sandbox, "other")
    stack.declare(**GIVEN)
    stack.up()
    other.up()
    assert len(active_ids(sandbox)) == 2

    stack.destroy()
    assert active_ids(sandbox) == [other.outputs()["conversation_id"]]
    other.destroy()


def test_resources_are_told_apart(sandbox: Sandbox, stack: Stack) -> None:
    """Several conversations of one program, in a component or not, are created once each and named after their resource."""
    stack.program(
        "class Desk(pulumi.ComponentResource):\n"
        "    def __init__(self, name):\n"
        "        super().__init__('shop:Desk', name)\n"
        f"        tavus.Conversation('call', pulumi.ResourceOptions(parent=self), **{GIVEN!r})\n"
        "Desk('north')\n"
        f"tavus.Conversation('south', **{GIVEN!r})\n"
    )
    stack.up()
    names = sorted(room["conversation_name"].rpartition("-")[0] for room in sandbox.control.conversations())
    assert names == ["call", "south"]
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_secrets_are_in_no_state_and_no_output(sandbox: Sandbox, stack: Stack) -> None:
    """Key and meeting token are encrypted in the state and masked in everything that is printed."""
    stack.environment.pop("TAVUS_API_KEY")
    with Sandbox(key="tvs-key-of-this-test") as tavus:
        stack.environment["TAVUS_BASE_URL"] = tavus.url
        stack.pulumi("config", "set", "--secret", "tavus:apiKey", tavus.key)
        stack.declare(**GIVEN, require_auth=True)
        printed = [stack.preview(), stack.up("--diff"), stack.refresh(), stack.pulumi("stack", "output"), stack.export()]
        token = stack.outputs()["meeting_token"]
        files = [path.read_text(errors="replace") for path in stack.state.rglob("*") if path.is_file()]
        printed.append(stack.destroy())

        assert len(token) > 20
        for text in (*printed, *files):
            assert token not in text
            assert tavus.key not in text
            assert PASSPHRASE not in text
        assert active_ids(tavus) == []


def test_an_error_of_tavus_is_one_line(sandbox: Sandbox, stack: Stack) -> None:
    """A refusal is printed without a traceback and leaves nothing half-made; the next up goes on."""
    stack.environment["TAVUS_API_KEY"] = "wrong"
    stack.declare(**GIVEN)
    printed = stack.up(fails=True)
    (line,) = {line.strip() for line in printed.splitlines() if "could not create" in line and line.strip().startswith("error:")}
    assert "Tavus answered 401 'Invalid access token'; set the right key with `pulumi config set --secret" in line
    assert "Traceback" not in printed
    assert "call" not in stack.resources()

    stack.environment["TAVUS_API_KEY"] = sandbox.key
    stack.up()
    sandbox.control.set_limits(concurrency=1)
    stack.declare(**GIVEN, language="English")
    stack.up()
    assert len(active_ids(sandbox)) == 1
    stack.destroy()
