"""Documents and replicas of interrupted runs on the real engine, which no resource claims or no journal has."""

from __future__ import annotations

from pathlib import Path

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack


def test_a_document_that_no_resource_claims_is_named_with_its_id(sandbox: Sandbox, stack: Stack) -> None:
    """A program that no longer declares it prints which document may be left, and what to do."""
    sandbox.control.set_behavior(processing=0)
    stack.program("tavus.Document('it', document_url='https://docs.example.com/a.pdf')\n")
    stack.up()
    document = stack.resources()["it"]
    stack.pulumi("state", "delete", "--yes", document["urn"])
    stack.program("")
    name = document["outputs"]["document_name"]
    assert f"document '{name}' ({document['id']}) was created for {document['urn']}, which is not declared any more" in stack.up()


def test_without_its_disk_a_machine_recovers_from_the_account(sandbox: Sandbox, stack: Stack, tmp_path: Path) -> None:
    """As in CI: a run is killed after the training began, its journal vanishes, and the next run goes on with that replica."""
    sandbox.control.set_behavior(training=0)
    stack.environment.update(TAVUS_RECOVERY="account", TAVUS_STATE_DIR=str(tmp_path / "first-machine"))
    program = (
        "tavus.Replica('it', train_video_url='https://footage.example.com/%s.mp4', wait_for_training=60, allow_retrain=True)\n"
    )
    stack.program(program % "anna")
    stack.kill_at(sandbox, "create_replica", "after", "pulumi")
    stack.environment["TAVUS_STATE_DIR"] = str(tmp_path / "second-machine")
    assert "taken over: replica 'it-" in stack.up()
    (anna,) = [each["id"] for each in sandbox.control.objects("replicas") if not each["seeded"]]
    assert stack.resources()["it"]["id"] == anna

    stack.program(program % "bob")
    assert "with other inputs" not in stack.up()  # the old one is what the state has, and goes after the new one
    assert stack.resources()["it"]["id"] != anna
    stack.destroy()
    assert sandbox.control.undeleted_ids() == {}
