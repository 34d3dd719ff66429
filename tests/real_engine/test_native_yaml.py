"""The native plugin on the real engine, from programs in YAML: the main job, edits, drift, import, another account."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tavus_provider.native.schema import FILE
from tavus_provider.sandbox import Sandbox
from tavus_provider.sandbox.faults.fault_spec import When
from tests.real_engine.stack import PASSPHRASE, Stack
from tests.support.conformance import find_deviations
from tests.support.conversations import PERSONA, active_ids, record_call
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

EXAMPLE = ROOT / "examples" / "recorded-call-yaml"
SECRET = "sk-planted-key"
COACH = {
    "type": "tavus:Persona",
    "properties": {
        "personaName": "Coach",
        "systemPrompt": "You coach.",
        "llm": {"model": "mine", "baseUrl": "https://llm.example.com", "apiKey": SECRET},
    },
}
CALL = {"type": "tavus:Conversation", "properties": {"personaId": "${coach.id}", "replicaId": "r90bbd427f71"}}


def declare(stack: Stack, resources: dict[str, Any], **outputs: Any) -> None:
    """Write a program in YAML."""
    program = {"name": "shop", "runtime": "yaml", "resources": resources, "outputs": outputs}
    (stack.project / "Pulumi.yaml").write_text(yaml.safe_dump(program, sort_keys=False))


def change(resource: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a resource with other properties."""
    return {**resource, "properties": {**resource["properties"], **properties}}


@pytest.fixture
def copy_of_example(tmp_path: Path) -> Path:
    """Return a copy of the example."""
    folder = tmp_path / "copy"
    folder.mkdir()
    shutil.copy(EXAMPLE / "Pulumi.yaml", folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def test_a_recorded_call_goes_up_and_down(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], copy_of_example: Path
) -> None:
    """A recording lies in the bucket, a preview after that is clean, and destroy leaves nothing."""
    stack = new_stack(recording_sandbox, project=copy_of_example)
    stack.configure(persona_id=PERSONA, **{"aws:region": "eu-west-1"})
    assert "warning" not in stack.up()
    call, bucket = stack.outputs()["conversation_id"], stack.outputs()["bucket_name"]
    record_call(recording_sandbox, call, bucket)
    assert boto3.client("s3").get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"
    stack.preview("--refresh", "--expect-no-changes")
    program = (copy_of_example / "Pulumi.yaml").read_text()
    (copy_of_example / "Pulumi.yaml").write_text(program.replace("retentionDays: 30", "retentionDays: 60"))
    assert stack.plan() == {"recordings": "update"}
    stack.up()
    assert active_ids(recording_sandbox) == [call]
    stack.destroy()
    assert recording_sandbox.control.books()["active"] == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_the_storage_is_one_component(recording_sandbox: Sandbox, new_stack: Callable[..., Stack], copy_of_example: Path) -> None:
    """Bucket and role come together; an edit of the retention shows on the bucket alone, and a mistake is one line."""
    stack = new_stack(recording_sandbox, project=copy_of_example)
    text = yaml.safe_load((copy_of_example / "Pulumi.yaml").read_text())
    storage = {"type": "tavus:RecordingStorage", "properties": {"retentionDays": 30, "tags": {"team": "video"}}}
    call = {
        "type": "tavus:Conversation",
        "properties": {"personaId": PERSONA, "enableRecording": True, "recordingStorage": "${storage.destination}"},
    }

    def write(**properties: Any) -> None:
        resources = {"storage": change(storage, **properties), "call": call}
        outputs = {"bucket": "${storage.bucketName}", "role": "${storage.roleArn}"}
        (copy_of_example / "Pulumi.yaml").write_text(yaml.safe_dump({**text, "resources": resources, "outputs": outputs}))

    stack.configure(persona_id=PERSONA, **{"aws:region": "eu-west-1"})
    write()
    assert "warning" not in stack.up()
    stack.preview("--refresh", "--expect-no-changes")
    assert stack.outputs()["bucket"] == boto3.client("s3").list_buckets()["Buckets"][0]["Name"]
    component = json.loads(stack.pulumi("stack", "export", "--show-secrets"))["deployment"]["resources"]
    outputs = next(each["outputs"] for each in component if each["type"] == "tavus:recording:RecordingStorage")
    assert outputs.keys() >= {"bucketName", "destination"}
    assert find_deviations("tavus:index:RecordingStorage", outputs) == []
    assert stack.outputs()["role"] == boto3.client("iam").list_roles()["Roles"][0]["Arn"]
    write(retentionDays=60)
    assert stack.plan() == {"storage": "update"}
    assert "lifecycleRules" not in stack.preview()
    stack.up()
    write(retentionDays=0)
    printed = stack.preview(fails=True)
    assert "retentionDays" in printed
    assert "must be at least 1" in printed
    assert "Traceback" not in printed
    stack.destroy()
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert recording_sandbox.control.books()["active"] == 0


def test_edits_show_as_what_they_are(sandbox: Sandbox, stack: Stack) -> None:
    """A persona changes in place, path by path; a call is replaced, the old one ended first; an end shows at a refresh."""
    declare(stack, {"coach": COACH, "call": change(CALL, maxCallDuration=600)})
    stack.up()
    (first,) = active_ids(sandbox)
    model = {**COACH["properties"]["llm"], "model": "other"}  # type: ignore[index]
    declare(stack, {"coach": change(COACH, llm=model), "call": change(CALL, maxCallDuration=900)})
    preview = stack.preview()
    assert '~ model: "mine" => "other"' in preview
    assert "~ maxCallDuration: 600 => 900" in preview
    assert stack.plan() == {"coach": "update", "call": "replace"}
    stack.up()
    (second,) = active_ids(sandbox)
    assert second != first
    stack.up("--expect-no-changes")
    sandbox.control.advance(3600)
    stack.refresh()
    assert stack.resources()["call"]["outputs"]["status"] == "ended"
    stack.up("--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_a_lookup_an_import_and_a_provider_of_ones_own(sandbox: Sandbox, stack: Stack) -> None:
    """`fn::invoke` finds a persona; an imported one changes nothing; a provider of its own has its own key."""
    found = {"fn::invoke": {"function": "tavus:getPersona", "arguments": {"name": "Life Coach", "system": True}}}
    declare(stack, {"coach": COACH}, found=found)
    stack.up()
    assert stack.outputs()["found"]["personaId"] == "pcb7a34da5fe"
    (made,) = remaining_objects(sandbox)
    stack.pulumi("state", "delete", "--yes", stack.resources()["coach"]["urn"])
    stack.pulumi(
        "import", "tavus:index:Persona", "coach", made["persona_id"], "--yes", "--protect=false", "--generate-code=false"
    )
    assert stack.plan() == {"coach": "update"}  # Tavus tells no key
    stack.up()
    stack.up("--expect-no-changes")
    stack.environment["TAVUS_API_KEY"] = "of-somebody-else"
    account = {"type": "pulumi:providers:tavus", "properties": {"apiKey": sandbox.key, "baseUrl": sandbox.url}}
    other = {**COACH, "options": {"provider": "${account}"}}
    declare(stack, {"account": account, "other": other})
    stack.environment["TAVUS_API_KEY"] = sandbox.key
    stack.up()
    assert [each["persona_name"] for each in remaining_objects(sandbox)] == ["Coach"]
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_what_is_waited_for_is_shown_while_it_lasts(sandbox: Sandbox, stack: Stack) -> None:
    """The row of the resource has the progress, which the summary at the end leaves out."""
    sandbox.control.set_behavior(processing=3)
    declare(stack, {"it": {"type": "tavus:Document", "properties": {"documentUrl": "https://docs.example.com/a.pdf"}}})
    rows, _, summary = stack.up().partition("Diagnostics:")
    assert ": started; waiting for at most 600 seconds (wait_for_ready)" in rows
    assert ": processing, 50 %" in rows
    assert "document d" not in summary
    stack.destroy()


def test_a_secret_is_nowhere_in_clear(sandbox: Sandbox, stack: Stack, tmp_path: Path) -> None:
    """Neither a command nor the state shows the key of a model that stands in the program as plain text, nor the API key."""
    stack.pulumi("config", "set", "--secret", "tavus:apiKey", sandbox.key)
    declare(stack, {"coach": COACH, "call": CALL})
    printed = [stack.preview("--json"), stack.up(), stack.pulumi("refresh", "--yes", "--diff"), stack.export()]
    declare(stack, {"coach": change(COACH, systemPrompt=["a list"])})
    printed += [stack.preview("--debug", fails=True), stack.destroy(), PASSPHRASE]
    files = [
        path.read_text(errors="ignore")
        for path in [*stack.state.rglob("*.json"), *tmp_path.rglob("tavus-state/**/*")]
        if path.is_file()
    ]
    for secret in (SECRET, f'"{sandbox.key}"'):
        assert [text for text in (*printed, *files) if secret in text] == []


def test_mistakes_are_named_with_the_names_of_programs(sandbox: Sandbox, stack: Stack) -> None:
    """What YAML's own check lets through is reported on its property, before anything is created."""
    limited = {**change(CALL, personaId=PERSONA, testMode=True), "options": {"customTimeouts": {"create": "5m"}}}
    declare(stack, {"call": limited})
    assert "customTimeouts has no effect on Conversation: settings such as tavus:retryTimeout" in stack.up()
    stack.destroy()
    declare(stack, {"call": change(CALL, personaId=PERSONA, maxParticipants=1, enableRecording=True)})
    printed = stack.preview(fails=True)
    assert "maxParticipants" in printed
    assert "must be at least 2, not 1" in printed
    assert "needs a place for recordings: give recordingStorage" in printed
    assert json.loads(stack.export())["deployment"].get("resources", []) == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("victim", ["pulumi", "command", "plugin"])
def test_a_killed_create_leaves_one_call(sandbox: Sandbox, stack: Stack, victim: str, when: When) -> None:
    """After a kill of engine or plugin around the create call, the next run has one active call, and destroy leaves none."""
    stack.environment["TAVUS_LATE_TIMEOUT"] = "0"
    declare(stack, {"call": change(CALL, personaId=PERSONA)})
    stack.kill_at(sandbox, "create", when, victim)
    stack.up()
    assert active_ids(sandbox) == [stack.resources()["call"]["id"]]
    stack.up("--expect-no-changes")
    stack.destroy()
    assert active_ids(sandbox) == []


def test_the_engine_accepts_the_schema(stack: Stack) -> None:
    """Pulumi's own check finds nothing wrong, and the plugin answers with the schema that is in the package."""
    assert "error" not in stack.pulumi("schema", "check", str(FILE))
    plugin = Path(sys.prefix, "bin", "pulumi-resource-tavus")
    got = stack.pulumi("package", "get-schema", str(plugin))
    assert json.loads(got[got.index("{") :])["resources"].keys() == json.loads(FILE.read_text())["resources"].keys()
