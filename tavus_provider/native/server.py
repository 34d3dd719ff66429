"""The plugin process: `pulumi-resource-tavus`, which the engine starts with its own address as the last argument."""

from __future__ import annotations

import contextlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..dynamic.engine_watch import watch_engine
from ..dynamic.terminal import leave_terminal
from ..journal.backend import engine_address
from .servicer import Servicer

_LONGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes of the longest message that the engine sends. Source: Pulumi SDK for Python, _grpc_settings.py."""
_THREADS = 512
"""More than calls at once, which `tavus:maxConcurrency` limits: those of the engine about itself never wait for others."""


def main() -> None:
    """Serve the provider until the engine ends it and calls in flight are done; print the port for it on the first line."""
    if engine_address():
        leave_terminal()
        watch_engine()
    elif sys.argv[1:]:
        sys.exit(f"{Path(sys.argv[0]).name} is started by Pulumi; without arguments it waits for one to attach to it")
    # The resources of a component that this process makes are its own.
    os.environ["TAVUS_PLUGIN"] = "native"
    threads = ThreadPoolExecutor(_THREADS)
    server = grpc.server(threads, options=[("grpc.max_receive_message_length", _LONGEST_MESSAGE)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(engine_address()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):  # which is how the engine ends a plugin
        server.wait_for_termination()
    threads.shutdown()
    # Python would take 50 ms to tidy up, for which the engine waits at the end of every command.
    os._exit(0)
