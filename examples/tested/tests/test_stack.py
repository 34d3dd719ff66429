"""The program on the real engine: a local Tavus and a local AWS, seconds for each test."""

from pathlib import Path

from pulumi.automation import ConfigValue

from tavus_provider.sandbox import Sandbox
from tavus_provider.testing.fixtures import NewStack

PROJECT = Path(__file__).parents[1]
PERSONA = "pcb7a34da5fe"
"""A persona that every local Tavus has."""


def test_an_interview_is_recorded(tavus_sandbox: Sandbox, tavus_stack: NewStack) -> None:
    """A participant joins with the stack's token, and the recording is written with the stack's role."""
    stack = tavus_stack(PROJECT, config={"persona_id": PERSONA, "force_destroy": True})
    done = stack.up()
    assert "meeting_token" in done.secret_outputs
    room, control = done.outputs["conversation_id"], tavus_sandbox.control
    control.join(room, token=done.outputs["meeting_token"])
    control.start_recording(room)
    control.advance(60)
    control.leave(room)
    assert [each["status"] for each in control.recordings()] == ["written"]


def test_a_longer_interview_is_another_call_with_the_same_bucket(tavus_stack: NewStack) -> None:
    """A preview shows what a change would do."""
    stack = tavus_stack(PROJECT, config={"persona_id": PERSONA, "minutes": 20})
    stack.up()
    stack.automation.set_config("minutes", ConfigValue("30"))
    steps = stack.preview().steps
    assert steps["Conversation", "interview"] == "replace"
    assert steps["RecordingBucket", "recordings"] == "same"
