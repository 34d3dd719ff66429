"""The plugin as a process, which the engine starts and ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from tavus_provider.sandbox import Sandbox
from tests.native.test_servicer import configure, to_struct, urn_of
from tests.support.conversations import PERSONA, active_ids

Process = subprocess.Popen[str]


@pytest.fixture
def process() -> Iterator[Process]:
    """Start a plugin."""
    command = Path(sys.executable).with_name("pulumi-resource-tavus")
    with subprocess.Popen([command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def test_a_plugin_that_is_told_to_end_finishes_its_calls(sandbox: Sandbox, process: Process) -> None:
    """The engine ends a plugin by SIGINT: the call that is being created is answered first, and nothing is printed."""
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel, ThreadPoolExecutor() as threads:
        stub = configure(provider_pb2_grpc.ResourceProviderStub(channel), sandbox)
        sandbox.control.inject(delay=1.0)
        request = provider_pb2.CreateRequest(urn=urn_of("Conversation"), properties=to_struct({"personaId": PERSONA}))
        creation = threads.submit(stub.Create, request)
        while not sandbox.control.calls():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert [creation.result().id] == active_ids(sandbox)
    assert (process.wait(), *process.communicate()) == (0, "", "")


def test_a_plugin_without_calls_ends_when_told_to(process: Process) -> None:
    """Without a call nothing holds it up."""
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
        provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty())
        process.send_signal(signal.SIGINT)
        assert (process.wait(), *process.communicate()) == (0, "", "")
