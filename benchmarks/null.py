"""The engine's floor: a dynamic resource with as many fields as a conversation, in a state of the same size, that does nothing.

With NULL_SECONDS in the environment it sleeps that long for each call that a conversation would make, as the stock SDK at work
would; NULL_THREADS sets the number of threads to that of a conversation.
"""

from __future__ import annotations

import os
import time
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, ConfigureRequest, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider

ID = "c0123456789abcdef"
ANSWER = {
    "conversation_id": ID,
    "conversation_name": "call-100-0123456",
    "conversation_url": f"http://127.0.0.1:40000/rooms/{ID}",
    "status": "active",
    "created_at": "2026-01-01T00:00:00.000000Z",
    "callback_url": "",
    "__computed": ["conversation_name"],
}
"""Outputs that a conversation has besides its inputs, with the same lengths."""
OUTPUTS = (*list(ANSWER)[:-1], "meeting_token")


class NullProvider(ResourceProvider):
    """Provider that does nothing."""

    serialize_as_secret_always = False

    def configure(self, _req: ConfigureRequest) -> None:
        """Widen the plugin's pool if the environment says so."""
        if "NULL_THREADS" in os.environ:
            from tavus_provider.dynamic.private_names import widen_pool  # noqa: PLC0415  # the floor does without the package

            widen_pool(int(os.environ["NULL_THREADS"]))

    def check(self, _olds: Any, news: Any) -> CheckResult:
        """Find no mistake."""
        return CheckResult(news, [])

    def diff(self, _id: str, _olds: Any, _news: Any) -> DiffResult:
        """Find no change."""
        return DiffResult(changes=False)

    def create(self, props: Any) -> CreateResult:
        """Wait, and answer."""
        _wait()
        return CreateResult(ID, {**props, **ANSWER})

    def read(self, id_: str, props: Any) -> ReadResult:
        """Wait, and return everything unchanged."""
        _wait()
        return ReadResult(id_, {**props})

    def delete(self, _id: str, _props: Any) -> None:
        """Wait."""
        _wait()


def _wait() -> None:
    time.sleep(float(os.environ.get("NULL_SECONDS", "0")))


class Null(Resource, module="bench", name="NullThing"):
    """Resource without an effect, in a state of a conversation's size."""

    conversation_id: pulumi.Output[str]
    conversation_name: pulumi.Output[str]
    conversation_url: pulumi.Output[str]
    status: pulumi.Output[str]
    replica_id: pulumi.Output[str]
    persona_id: pulumi.Output[str]
    callback_url: pulumi.Output[str]
    created_at: pulumi.Output[str]
    meeting_token: pulumi.Output[str]

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Any) -> None:
        urn = f"urn:pulumi:bench::bench::pulumi-python:dynamic/bench:NullThing::{resource_name}"
        secret = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=["meeting_token"]))
        super().__init__(NullProvider(), resource_name, {**dict.fromkeys(OUTPUTS), **args, "__urn": urn}, secret)


class Bare(Resource, module="bench", name="BareThing"):
    """Resource without any field, which shows what the engine itself keeps."""

    def __init__(self, resource_name: str) -> None:
        super().__init__(NullProvider(), resource_name, {})


class NullStorage(pulumi.ComponentResource):
    """Two null resources in a component, one after the other, as bucket and role are in a RecordingStorage."""

    def __init__(self, resource_name: str) -> None:
        super().__init__("bench:NullStorage", resource_name)
        first = Null(f"{resource_name}-1", opts=pulumi.ResourceOptions(parent=self))
        Null(f"{resource_name}-2", persona_id=first.id, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
