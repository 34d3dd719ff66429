"""Partial creates: an object exists, so the state must have it, but it is not ready. Source: Pulumi's `provider.proto`."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import any_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2


class NotReady(Exception):
    """An object that the state gets although the call fails: the next `pulumi up` updates it, which waits again."""

    def __init__(self, id_: str, reason: str, properties: struct_pb2.Struct, inputs: struct_pb2.Struct) -> None:
        super().__init__(reason)
        self.details = provider_pb2.ErrorResourceInitFailed(id=id_, properties=properties, reasons=[reason], inputs=inputs)


def abort_partial(context: Any, error: NotReady) -> Any:
    """End a call with an error that has the object's properties in it."""
    details = any_pb2.Any()
    details.Pack(error.details, type_url_prefix="type.googleapis.com")
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[details])
    context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
    return context.abort(grpc.StatusCode.UNKNOWN, str(error))  # which raises
