"""`pulumi up --replace` on the real engine, which creates the new resource without asking the provider for a diff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import boto3
import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tests.support.conversations import PERSONA

Kind = Literal["conversations", "documents"]
KINDS: tuple[Kind, ...] = ("conversations", "documents")
PROGRAM = f"""
room = tavus.Conversation('room', persona_id={PERSONA!r})
file = tavus.Document('file', document_url='https://docs.example.com/a.pdf')
pulumi.export('conversations', room.id)
pulumi.export('documents', file.id)
"""


def existing_ids(sandbox: Sandbox, kind: Kind) -> list[str]:
    """Return the ids of what a program created and what still exists."""
    if kind == "conversations":
        return [room["conversation_id"] for room in sandbox.control.conversations() if room["status"] == "active"]
    return [each["id"] for each in sandbox.control.objects(kind) if not each["deleted"]]


@pytest.mark.parametrize("recovery", ["journal", "account"])
def test_what_is_made_is_what_the_state_has(sandbox: Sandbox, stack: Stack, recovery: str) -> None:
    """Right after the first up, before any call proves that the state has the old resource, a replacement loses nothing."""
    sandbox.control.set_behavior(processing=0)
    stack.environment["TAVUS_RECOVERY"] = recovery
    stack.program(PROGRAM)
    stack.up()
    for _ in range(2):
        stack.up(*[f"--replace={each['urn']}" for each in stack.resources().values()])
        outputs = stack.outputs()
        assert {kind: existing_ids(sandbox, kind) for kind in KINDS} == {kind: [outputs[kind]] for kind in KINDS}
    stack.up("--refresh", "--expect-no-changes")
    stack.destroy()
    assert [existing_ids(sandbox, kind) for kind in KINDS] == [[], []]


def test_storage_is_not_lost_either(recording_sandbox: Sandbox, new_stack: Callable[..., Stack]) -> None:
    """A bucket and a role that their own replacements complete stay; after a refresh both are created again."""
    stack = new_stack(recording_sandbox)
    stack.program(
        "bucket = tavus.RecordingBucket('bucket')\n"
        "tavus.RecordingRole('role', bucket_name=bucket.id, bucket_region=bucket.region)\n"
    )
    stack.up()
    for arguments in ((), ("--refresh",)):
        stack.up(*arguments, *[f"--replace={stack.resources()[name]['urn']}" for name in ("bucket", "role")])
        ids = [stack.resources()[name]["id"] for name in ("bucket", "role")]
        assert [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]] == ids[:1]
        assert [role["Arn"] for role in boto3.client("iam").list_roles()["Roles"]] == ids[1:]
    stack.destroy()
    assert boto3.client("s3").list_buckets()["Buckets"] == []
