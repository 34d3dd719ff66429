"""Lookups as functions of the plugin, and as the list of all resources of a type."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import provider_pb2

from ..api.client import TavusClient
from ..api.errors import InputError
from ..schema.outputs import outputs_table
from .function_registry import ITEMS, find_function, find_list
from .properties import receive, send


def invoke(client: TavusClient, token: str, arguments: struct_pb2.Struct) -> struct_pb2.Struct:
    """Return what a function finds. Raises InputError where there is none, or several, or where arguments are wrong."""
    function = find_function(token)
    found = function.call(client, receive(function.arguments, arguments).props)
    rows = outputs_table(function.result)
    if not function.is_list:
        return send(rows, asdict(found))
    items = struct_pb2.Struct()
    items.update({ITEMS: [send(rows, asdict(each)) for each in found]})
    return items


def list_resources(client: TavusClient, request: Any) -> list[Any]:
    """Return the answers to a request for all resources of a type, of which the account has at most `limit`."""
    function = find_list(request.token)
    if function is None:
        raise InputError(f"could not list {request.token}: Tavus has no list of them")
    found = function.call(client, {})[: request.limit or None]
    lookup = function.lookup
    named = ((getattr(each, lookup.id_field), getattr(each, lookup.name_field, None)) for each in found)
    return [provider_pb2.ListResponse(result=provider_pb2.ListResponse.Result(id=id_, name=name or id_)) for id_, name in named]
