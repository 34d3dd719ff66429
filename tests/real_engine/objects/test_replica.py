"""A replica's life on the real engine."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.specs import Change, ObjectSpec, Subject, assert_shows
from tests.real_engine.stack import Stack

VIDEO = "https://footage.example.com/anna.mp4"


SPEC = ObjectSpec(
    resource="Replica",
    path="/v2/replicas",
    id_field="replica_id",
    given={
        "replica_name": "Anna",
        "train_video_url": f"{VIDEO}?X-Amz-Signature=a",
        "default_voice_id": "v0a1b2c3d4e5f",
        "wait_for_training": 60,
    },
    updates=[
        Change({"replica_name": "Anne"}, ['~ replica_name: "Anna" => "Anne"']),
        Change({"default_voice_id": "v1b2c3d4e5f60"}, ['~ default_voice_id: "v0a1b2c3d4e5f" => "v1b2c3d4e5f60"']),
    ],
    by_hand={"replica_name": "Mine"},
    by_hand_at="/name",
    drifted=['~ replica_name: "Mine" => "Anna"'],
    replacements=[Change({"model_name": "phoenix-3", "allow_retrain": True}, ['~ model_name: "phoenix-4" => "phoenix-3"'])],
    made=("POST", "GET"),
)
"""Name and voice change in place; another training has to be allowed."""


@pytest.fixture
def replica(sandbox: Sandbox) -> Subject:
    """Return what Tavus, which trains at once, has of the replica under test."""
    sandbox.control.set_behavior(training=0)
    return Subject(SPEC, sandbox)


def test_a_killed_training_is_taken_over(replica: Subject, stack: Stack) -> None:
    """Where `pulumi` dies after the training began and before Tavus answered, the next up goes on with that replica."""
    stack.program(SPEC.program())
    stack.kill_at(replica.sandbox, "create_replica", "after", "pulumi")
    assert stack.resources() == {}
    assert_shows(stack.up(), f"taken over: replica 'Anna' ({replica.only_id()}), which an interrupted run had created")
    assert replica.calls().count("POST") == 1
    stack.up("--expect-no-changes")
    stack.destroy()


def test_a_failed_training_shows_and_another_one_has_to_be_allowed(replica: Subject, stack: Stack) -> None:
    """A refresh prints why it failed; footage is deleted with the replica only on request."""
    replica.sandbox.control.set_behavior(training=3600)
    replica.sandbox.control.fail_training("The face is not visible.")
    stack.program(SPEC.program(wait_for_training=None, on_destroy="delete_hard"))
    stack.up()
    replica.sandbox.control.advance(3600)
    assert_shows(stack.refresh(), f"replica {replica.only_id()} could not be trained: The face is not visible")
    stack.preview("--expect-no-changes")
    stack.program(SPEC.program(wait_for_training=None, on_destroy="delete_hard", allow_retrain=True))
    assert stack.plan() == {"replica": "replace"}
    stack.destroy()
    assert replica.sandbox.control.objects("replicas")[-1]["deleted"] == "hard"


def test_a_replica_of_tavuss_is_not_adopted(replica: Subject, stack: Stack) -> None:
    """A program can read a replica of Tavus, and cannot adopt it."""
    stack.program("tavus.Replica('it', existing_replica_id='r90bbd427f71')\n")
    assert_shows(stack.up(fails=True), "could not adopt replica r90bbd427f71: it is one of Tavus's own")


def test_another_training_is_refused_at_preview(replica: Subject, stack: Stack) -> None:
    """A change that would cost hours fails before anything happens; a link that was signed anew is no change."""
    stack.program(SPEC.program())
    stack.up()
    stack.program(SPEC.program(train_video_url=f"{VIDEO}?X-Amz-Signature=b"))
    stack.up("--expect-no-changes")
    stack.program(SPEC.program(train_video_url="https://footage.example.com/bob.mp4"))
    assert_shows(stack.preview(fails=True), "would have to be trained anew for another train_video_url")
    stack.destroy()
