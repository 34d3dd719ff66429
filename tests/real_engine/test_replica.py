"""A replica's life on the real engine."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.objects import Change, ObjectSpec, ObjectSpecification, shows

VIDEO = "https://footage.example.com/anna.mp4"


class TestReplica(ObjectSpecification):
    """Its name changes in place; another training has to be allowed."""

    spec = ObjectSpec(
        resource="Replica",
        path="/v2/replicas",
        id_field="replica_id",
        given={"replica_name": "Anna", "train_video_url": f"{VIDEO}?X-Amz-Signature=a", "wait_for_training": 60},
        updates=[Change({"replica_name": "Anne"}, ['~ replica_name: "Anna" => "Anne"'])],
        by_hand={"replica_name": "Mine"},
        by_hand_at="/name",
        drifted=['~ replica_name: "Mine" => "Anna"'],
        replacements=[Change({"model_name": "phoenix-3", "allow_retrain": True}, ['~ model_name: "phoenix-4" => "phoenix-3"'])],
        made=("POST", "GET"),
    )

    @pytest.fixture(autouse=True)
    def quick(self, sandbox: Sandbox) -> None:
        """Let Tavus train at once."""
        sandbox.control.set_behaviour(training=0)

    def test_a_killed_training_is_taken_over(self) -> None:
        """Where `pulumi` dies after Tavus began to train and before it said so, the next up goes on with that replica."""
        self.stack.program(self.spec.program())
        self.stack.killed_at(self.sandbox, "create_replica", "after", "pulumi")
        assert "it" not in self.stack.resources()
        shows(self.stack.up(), f"taken over: replica 'Anna' ({self.only()}), which an interrupted run had begun")
        assert self.calls().count("POST") == 1
        self.stack.up("--expect-no-changes")
        self.stack.destroy()

    def test_a_failed_training_shows_and_another_one_has_to_be_allowed(self) -> None:
        """A refresh says why it failed; footage goes with the replica only if asked."""
        self.sandbox.control.set_behaviour(training=3600)
        self.sandbox.control.fail_training("The face is not visible.")
        self.stack.program(self.spec.program(wait_for_training=None, on_destroy="delete_hard"))
        self.stack.up()
        self.sandbox.control.advance(3600)
        shows(self.stack.refresh(), f"replica {self.only()} could not be trained: The face is not visible")
        self.stack.preview("--expect-no-changes")
        self.stack.program(self.spec.program(wait_for_training=None, on_destroy="delete_hard", allow_retrain=True))
        assert self.stack.plan()["it"] == "replace"
        self.stack.destroy()
        assert self.sandbox.control.objects("replicas")[-1]["deleted"] == "hard"

    def test_a_replica_of_tavuss_is_not_adopted(self) -> None:
        """It can be read, and is no resource."""
        self.stack.program("tavus.Replica('it', existing_replica_id='r90bbd427f71')\n")
        shows(self.stack.up(fails=True), "could not adopt replica r90bbd427f71: it is one of Tavus's own")

    def test_another_training_is_refused_at_preview(self) -> None:
        """What would cost hours says so before anything happens; a link that was signed anew is nothing."""
        self.stack.program(self.spec.program())
        self.stack.up()
        self.stack.program(self.spec.program(train_video_url=f"{VIDEO}?X-Amz-Signature=b"))
        self.stack.up("--expect-no-changes")
        self.stack.program(self.spec.program(train_video_url="https://footage.example.com/bob.mp4"))
        shows(self.stack.preview(fails=True), "would have to be trained anew for another train_video_url")
        self.stack.destroy()
