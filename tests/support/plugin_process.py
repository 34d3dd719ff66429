"""Plugin processes that the engine starts, called in its own protocol: that of dynamic providers, and the native plugin."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime import proto, rpc
from pulumi.runtime.proto import provider_pb2_grpc

from tavus_provider.journal.recovery_names import DYNAMIC, NATIVE
from tavus_provider.program.names import to_camel
from tavus_provider.resources.conversation import ConversationProvider

Props = dict[str, Any]

PROVIDER = "__provider"
CONVERSATIONS = serialize_provider(ConversationProvider())
"""Serialized provider, which the program passes and users' states contain."""


class Failed(Exception):
    """Call of the protocol that ended in an error, or with the process."""


class Plugin:
    """One process of dynamic conversations. Calls may come from several threads at once; properties are plain dicts."""

    module = DYNAMIC
    command: ClassVar = [sys.executable, "-u", "-m", "pulumi.dynamic"]

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            self.command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Configure(proto.ConfigureRequest())

    def kill(self) -> None:
        """`kill -9` the process; calls in flight fail."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process and close its connection."""
        self.kill()
        self._channel.close()
        assert self._process.stdout
        self._process.stdout.close()

    def wrap(self, urn: str, inputs: Props) -> Props:
        """Return the inputs as a program sends them."""
        return {**inputs, "__urn": urn, PROVIDER: CONVERSATIONS}

    def check(self, urn: str, olds: Props, news: Props) -> Props:
        """Return the checked inputs; raises Failed if there are mistakes."""
        answer = self._call("Check", proto.CheckRequest(urn=urn, olds=_struct(olds), news=_struct(news)))
        if answer.failures:
            raise Failed(str(answer.failures))
        return _props(answer.inputs)

    def diff(self, urn: str, id_: str, olds: Props, news: Props) -> tuple[bool, bool]:
        """Return whether anything changed, and whether that needs another resource."""
        answer = self._call("Diff", proto.DiffRequest(urn=urn, id=id_, olds=_struct(olds), news=_struct(news)))
        assert not answer.replaces or answer.deleteBeforeReplace
        return answer.changes == proto.DiffResponse.DIFF_SOME, bool(answer.replaces)

    def create(self, urn: str, inputs: Props) -> tuple[str, Props]:
        """Create a resource; return its id and outputs."""
        answer = self._call("Create", proto.CreateRequest(urn=urn, properties=_struct(inputs)))
        return answer.id, _props(answer.properties)

    def read(self, urn: str, id_: str, outputs: Props) -> tuple[str, Props]:
        """Read a resource; return its id, empty if it is gone, and its outputs."""
        answer = self._call("Read", proto.ReadRequest(urn=urn, id=id_, properties=_struct(outputs)))
        return answer.id, _props(answer.properties)

    def update(self, urn: str, id_: str, olds: Props, news: Props) -> Props:
        """Update a resource; return its outputs."""
        request = proto.UpdateRequest(urn=urn, id=id_, olds=_struct(olds), news=_struct(news))
        return _props(self._call("Update", request).properties)

    def delete(self, urn: str, id_: str, outputs: Props) -> None:
        """Delete a resource."""
        self._call("Delete", proto.DeleteRequest(urn=urn, id=id_, properties=_struct(outputs)))

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self._stub, method)(request)
        except grpc.RpcError as error:
            raise Failed(str(error.details()).strip().splitlines()[-1]) from None


class NativePlugin(Plugin):
    """One process of the native plugin."""

    module = NATIVE
    command: ClassVar = [str(Path(sys.executable).with_name("pulumi-resource-tavus"))]

    def wrap(self, urn: str, inputs: Props) -> Props:
        """Return the inputs as a program sends them."""
        return {to_camel(name): value for name, value in inputs.items()}


PLUGINS: Final[Mapping[str, type[Plugin]]] = {"dynamic": Plugin, "native": NativePlugin}


def _struct(props: Props) -> Struct:
    return asyncio.run(rpc.serialize_properties(props, {}))


def _props(struct: Struct) -> Props:
    return dict(rpc.deserialize_properties(struct))
