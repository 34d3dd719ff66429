"""A voice's life on the real engine."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import Change, ObjectSpec, assert_shows
from tests.real_engine.stack import Stack

AUDIO = "https://recordings.example.com/ana.mp3"


@pytest.fixture(autouse=True)
def quick_sandbox(sandbox: Sandbox) -> None:
    """Let Tavus train voices at once."""
    sandbox.control.set_behavior(processing=0)


SPEC = ObjectSpec(
    resource="Voice",
    path="/v2/voices",
    id_field="voice_id",
    given={"voice_name": "Ana", "train_audio_url": f"{AUDIO}?X-Amz-Signature=a", "description": "Warm."},
    updates=[
        Change({"voice_name": "Ana v2"}, ['~ voice_name: "Ana" => "Ana v2"']),
        Change({"description": "Calm."}, ['~ description: "Warm." => "Calm."']),
    ],
    by_hand={"voice_name": "Mine", "description": "Loud."},
    drifted=['~ voice_name: "Mine" => "Ana"', '~ description: "Loud." => "Warm."'],
    replacements=[
        Change({"train_audio_url": "https://recordings.example.com/bob.mp3"}, ["~ train_audio_url:"]),
        Change({"callback_url": "https://example.com/hook"}, ['+ callback_url: "https://example.com/hook"']),
    ],
    made=("POST", "GET"),
)
"""Name and description change in place; another recording is another voice."""

SPEAKERS = f"""
voice = tavus.Voice('voice', train_audio_url=pulumi.Config().require('audio'))
tavus.Persona('host', system_prompt='Hello.', tts={{'voice': voice}})
tavus.Replica('face', train_image_url={AUDIO!r}, default_voice=voice, wait_for_training=60)
pulumi.export('voice', voice.id)
"""


def voices(sandbox: Sandbox) -> list[str]:
    """Return the ids of the account's own voices that were not deleted."""
    return sandbox.control.undeleted_ids().get("voices", [])


def test_personas_and_replicas_speak_with_it(sandbox: Sandbox, stack: Stack) -> None:
    """Another recording makes another voice, to which both change in place; the replica's first voice stays at Tavus, says up."""
    sandbox.control.set_behavior(training=0)
    stack.program(SPEAKERS)
    stack.pulumi("config", "set", "audio", AUDIO)
    stack.up()
    first = stack.outputs()["voice"]
    stack.pulumi("config", "set", "audio", "https://recordings.example.com/bob.mp3")
    assert stack.plan() == {"voice": "replace", "host": "update", "face": "update"}
    assert_shows(stack.up(), f"voice {first} stays at Tavus, which deletes no voice that a replica began with")
    second = stack.outputs()["voice"]
    (host,) = [each for each in sandbox.control.objects("personas") if not each["seeded"]]
    (face,) = [each for each in sandbox.control.objects("replicas") if not each["seeded"]]
    assert (host["layers"]["tts"]["voice_id"], face["default_voice_id"]) == (second, second)
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert voices(sandbox) == [first]


def test_a_killed_up_is_taken_over_by_the_next(sandbox: Sandbox, stack: Stack) -> None:
    """The next up waits for a voice that Tavus trains while `pulumi` is killed, and creates none twice."""
    sandbox.control.set_behavior(processing=3)
    stack.program(SPEC.program())
    sandbox.control.hold("get_voice")
    stack.kill_when(sandbox.control.wait_for_held, lambda: sandbox.control.release(drop=True), "pulumi")
    sandbox.control.clear_faults()
    assert "voice" not in stack.resources()
    assert_shows(stack.up(), f"taken over: voice 'Ana' ({voices(sandbox)[0]}), which an interrupted run had created")
    assert [call["method"] for call in sandbox.control.calls()].count("POST") == 1
    stack.up("--expect-no-changes")
    stack.destroy()


def test_what_tavus_cannot_train_fails_the_up_and_leaves_nothing(sandbox: Sandbox, stack: Stack) -> None:
    """Pulumi prints Tavus's reason; the next up creates another voice."""
    sandbox.control.fail_voice("The recording has no speech.")
    stack.program(SPEC.program())
    printed = stack.up(fails=True)
    assert_shows(printed, "could not be trained: The recording has no speech")
    assert "Traceback" not in printed
    assert voices(sandbox) == []
    stack.up()
    assert len(voices(sandbox)) == 1
    stack.destroy()
