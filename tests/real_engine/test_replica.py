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
        replacements=[Change({"model_name": "phoenix-3", "allow_retrain": True}, ['+ model_name: "phoenix-3"'])],
        made=("POST", "GET"),
    )

    @pytest.fixture(autouse=True)
    def quick(self, sandbox: Sandbox) -> None:
        """Let Tavus train at once."""
        sandbox.control.set_behaviour(training=0)

    def test_another_training_is_refused_at_preview(self) -> None:
        """What would cost hours says so before anything happens; a link that was signed anew is nothing."""
        self.stack.program(self.spec.program())
        self.stack.up()
        self.stack.program(self.spec.program(train_video_url=f"{VIDEO}?X-Amz-Signature=b"))
        self.stack.up("--expect-no-changes")
        self.stack.program(self.spec.program(train_video_url="https://footage.example.com/bob.mp4"))
        shows(self.stack.preview(fails=True), "would have to be trained anew for another train_video_url")
        self.stack.destroy()
