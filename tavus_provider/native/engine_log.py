"""The engine's log: how a plugin shows something to the user, whose standard error the engine hides."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

INFO, WARNING = engine_pb2.INFO, engine_pb2.WARNING


@dataclass
class EngineLog:
    """The log of the engine at an address; without one, nothing is shown."""

    address: str = ""

    def write(
        self, text: str, urn: str = "", severity: engine_pb2.LogSeverity.ValueType = INFO, *, ephemeral: bool = False
    ) -> None:
        """Show one line at the resource `urn`, or at the stack. ephemeral: only while the resource is worked on."""
        if not self.address:
            return
        # What was done stays done, although the engine has ended and nobody reads of it.
        with suppress(grpc.RpcError), grpc.insecure_channel(self.address) as channel:
            request = engine_pb2.LogRequest(severity=severity, message=text, urn=urn, ephemeral=ephemeral)
            engine_pb2_grpc.EngineStub(channel).Log(request)
