"""The project at the root and every example, run without changes on the real engine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import copy_project
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA, REPLICA, create_by_hand
from tests.support.objects import remaining_objects
from tools.stacks import ROOT

VIDEO = "https://footage.example.com/anna.mp4"
AUDIO = "https://recordings.example.com/ana.mp3"
PROGRAMS = ("embed", "fleet", "hooks", "persona-from-files", "rooms-on-demand", "webhook-receiver")
"""Examples of several files, whose tests are in the folder programs."""
ELSEWHERE = (*PROGRAMS, "complete", "deployment", "existing-bucket", "existing-storage", "recorded-call-aws", "tool")
"""Others with tests of their own: two have no conversation, two need what others created, one a secret, one pulumi-aws."""
EXAMPLES = sorted(path.parent.name for path in ROOT.glob("examples/*/__main__.py"))
SETTINGS = {
    "adopt-running": ["conversation_id"],
    "existing-storage": ["persona_id", "bucket_name", "bucket_region", "role_arn"],
    **{name: ["replica_id"] for name in ("document", "guardrail", "guardrails", "objectives", "persona")},
    "lookups": ["persona_name"],
    "pronunciation-dictionary": ["replica_id"],
    "read-only": ["conversation_id"],
    "replica": ["train_video_url"],
    "voice": ["replica_id", "train_audio_url"],
}
"""Settings that each example needs; the others need a persona."""


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Path], Path]:
    """Return a function that copies a project's two files into an empty folder, as a user would have them."""
    return lambda source: copy_project(source, tmp_path / "copy")


@pytest.fixture
def setting_values(recording_sandbox: Sandbox) -> Callable[[str], str]:
    """Return a function that has a value for each setting of an example."""

    def value(name: str) -> str:
        if name == "conversation_id":
            return create_by_hand(recording_sandbox)
        return {
            "replica_id": REPLICA,
            "train_video_url": VIDEO,
            "train_audio_url": AUDIO,
            "persona_id": PERSONA,
            "persona_name": "Life Coach",
            "bucket_region": "eu-west-1",
        }[name]

    return value


@pytest.mark.parametrize("example", [name for name in EXAMPLES if name not in ELSEWHERE])
def test_example_goes_up_and_down(
    recording_sandbox: Sandbox,
    new_stack: Callable[..., Stack],
    project: Callable[[Path], Path],
    setting_values: Callable[[str], str],
    example: str,
) -> None:
    """An up creates what the example's text says, a second one finds nothing to do, and destroy leaves nothing of its own."""
    recording_sandbox.control.set_behavior(processing=0, training=0)
    stack = new_stack(recording_sandbox, project=project(ROOT / "examples" / example))
    stack.configure(**{name: setting_values(name) for name in SETTINGS.get(example, ["persona_id"])})
    stack.up()
    assert str(stack.outputs()["conversation_url"]).startswith("http")
    assert recording_sandbox.control.books()["active"] == 1
    stack.up("--expect-no-changes")
    stack.destroy()
    assert recording_sandbox.control.books()["active"] == (1 if example == "read-only" else 0)
    assert remaining_objects(recording_sandbox) == []
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_example_of_a_deployment_starts_no_call(
    sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """The output has the HTML to paste, no call starts, and destroy deletes the deployment with its persona."""
    stack = new_stack(sandbox, project=project(ROOT / "examples" / "deployment"))
    stack.configure(origin="https://www.example.com")
    assert "warning" not in stack.up()
    outputs = stack.outputs()
    assert f'<tavus-widget deployment-id="{outputs["deployment_id"]}">' in outputs["html"]
    assert sandbox.control.books()["active"] == 0
    stack.up("--expect-no-changes")
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_example_of_a_tool_keeps_its_token_secret(
    sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """Stars that Tavus shows are no change, no state has the token in clear, and destroy removes the tool."""
    stack = new_stack(sandbox, project=project(ROOT / "examples" / "tool"))
    stack.configure(backend_url="https://shop.example.com/orders")
    stack.pulumi("config", "set", "--secret", "backend_token", "open-sesame")
    stack.up()
    stack.up("--refresh", "--expect-no-changes")
    assert "open-sesame" not in stack.export()
    stack.destroy()
    assert remaining_objects(sandbox) == []


def test_example_with_existing_storage_uses_what_another_stack_made(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """Bucket and role of one stack serve the conversation of another, and stay when that is destroyed."""
    maker = new_stack(recording_sandbox, "maker")
    maker.program(
        "storage = tavus.RecordingStorage('recordings')\n"
        "for output in ('bucket_name', 'bucket_region', 'role_arn'):\n"
        "    pulumi.export(output, getattr(storage, output))\n"
    )
    maker.up()
    stack = new_stack(recording_sandbox, project=project(ROOT / "examples" / "existing-storage"))
    stack.configure(persona_id=PERSONA, **maker.outputs())
    stack.up()
    assert recording_sandbox.control.books()["active"] == 1
    stack.destroy()
    maker.up("--expect-no-changes")
    maker.destroy()


def test_example_with_an_existing_bucket_leaves_it_as_it_is(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """Only the role is created and deleted; the region is the bucket's."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="somebodys-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stack = new_stack(recording_sandbox, project=project(ROOT / "examples" / "existing-bucket"))
    stack.configure(persona_id=PERSONA, bucket_name="somebodys-bucket")
    assert "its versioning is off, and Tavus requires Enabled" in stack.up(fails=True)
    s3.put_bucket_versioning(Bucket="somebodys-bucket", VersioningConfiguration={"Status": "Enabled"})
    stack.up()
    assert recording_sandbox.control.books()["active"] == 1
    assert stack.outputs()["bucket_region"] == "eu-west-1"
    stack.up("--expect-no-changes")
    stack.destroy()
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["somebodys-bucket"]
    assert boto3.client("iam").list_roles()["Roles"] == []


def test_the_root_project_makes_storage_and_a_recorded_conversation(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """With a persona as its only setting, the root project has all its outputs, and its recording is real."""
    stack = new_stack(recording_sandbox, project=project(ROOT))
    stack.pulumi("config", "set", "persona_id", PERSONA)
    stack.pulumi("config", "set", "--path", "storage.force_destroy", "true")
    stack.up()
    outputs = stack.outputs()
    assert set(outputs) == {
        *("conversation_id", "conversation_name", "status", "conversation_url", "replica_id", "persona_id", "created_at"),
        *("recording_bucket_name", "recording_bucket_region", "recording_role_arn"),
    }
    control = recording_sandbox.control
    control.join(outputs["conversation_id"])
    control.start_recording(outputs["conversation_id"])
    control.advance(30)
    control.leave(outputs["conversation_id"])
    assert [each["status"] for each in control.recordings()] == ["written"]  # the answer waits until it is
    found = boto3.client("s3").list_objects_v2(Bucket=outputs["recording_bucket_name"])["Contents"]
    assert len(found) == 1

    stack.up("--expect-no-changes")
    stack.destroy()
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert boto3.client("iam").list_roles()["Roles"] == []


def test_the_root_project_is_steered_by_configuration_alone(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """Strings, numbers, booleans, lists and objects reach Tavus from the configuration; a private room's token is secret."""
    stack = new_stack(recording_sandbox, project=project(ROOT))
    plain = {
        "persona_id": PERSONA,
        "max_call_duration": "1200",
        "max_participants": "4",
        "participant_left_timeout": "45",
        "enable_recording": "false",
        "require_auth": "true",
        "language": "French",
        "on_destroy": "delete",
    }
    stack.configure(**plain)
    recording_sandbox.control.seed(documents=[{"document_id": "d1"}])
    stack.pulumi("config", "set", "--path", "document_ids[0]", "d1")
    stack.pulumi("config", "set", "--secret", "callback_url", "http://127.0.0.1:9/?token=hush-hush")
    stack.up()

    body = recording_sandbox.control.calls()[0]["body"]
    assert body["callback_url"] == "http://127.0.0.1:9/?token=hush-hush"
    assert (body["max_participants"], body["document_ids"], body["require_auth"]) == (4, ["d1"], True)
    assert body["properties"]["max_call_duration"] == 1200
    assert body["properties"]["language"] == "French"
    assert stack.outputs()["meeting_token"]
    assert "hush-hush" not in stack.export() + stack.preview()
    stack.destroy()


def test_the_root_project_takes_storage_that_exists(
    recording_sandbox: Sandbox, new_stack: Callable[..., Stack], project: Callable[[Path], Path]
) -> None:
    """With bucket, region and role configured, no storage is created, and the older inputs carry them."""
    maker = new_stack(recording_sandbox, "maker")
    maker.program(
        "storage = tavus.RecordingStorage('recordings')\n"
        "pulumi.export('recording_s3_bucket_name', storage.bucket_name)\n"
        "pulumi.export('recording_s3_bucket_region', storage.bucket_region)\n"
        "pulumi.export('aws_assume_role_arn', storage.role_arn)\n"
    )
    maker.up()
    stack = new_stack(recording_sandbox, project=project(ROOT))
    stack.configure(persona_id=PERSONA, **maker.outputs())
    assert stack.plan() == {"conversation": "create"}
    stack.up()
    assert stack.outputs()["recording_role_arn"] == maker.outputs()["aws_assume_role_arn"]
    stack.destroy()
    maker.destroy()


def test_the_demonstration_leaves_nothing() -> None:
    """`make demo` passes, and at its end counts what is left."""
    done = subprocess.run([sys.executable, "-m", "tools.demo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Left: 0 active conversations, 0 buckets, 0 roles"


@pytest.mark.parametrize(
    ("signum", "option", "line"),
    [
        (signal.SIGINT, "--", "1. pulumi up"),
        (signal.SIGHUP, "--", "1. pulumi up"),
        (signal.SIGTERM, "--keep", "Ctrl-C here stops and deletes everything."),
    ],
)
def test_a_stopped_demonstration_leaves_nothing(signum: signal.Signals, option: str, line: str, tmp_path: Path) -> None:
    """Each signal removes the folder with key and passphrase and ends the engine, also SIGINT in a script's background."""
    command = ["sh", "-c", f'trap "" INT; exec {sys.executable} -m tools.demo {option}'.removesuffix("--")]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        assert any(printed.startswith(line) for printed in demo.stdout)
        assert [path.name.startswith("tavus-demo-") for path in tmp_path.iterdir()] == [True]
        demo.send_signal(signum)
        printed = demo.stdout.read()
    assert printed.splitlines()[-1] == "Stopped; nothing is left running and nothing on disk."
    assert demo.returncode == 128 + signum
    assert list(tmp_path.iterdir()) == []
    assert find_processes_with(f"PULUMI_HOME={tmp_path}/") == []


def find_processes_with(variable: str) -> list[str]:
    """Return the commands of processes in whose environment this is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it belongs to another user, or has ended
            if variable in (process / "environ").read_text(errors="replace"):
                found.append((process / "cmdline").read_text())
    return found
