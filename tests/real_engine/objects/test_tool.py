"""The life of a tool on the real engine."""

from __future__ import annotations

from tests.real_engine.specs import Change, ObjectSpec

_API = {"url": "https://shop.example.com/orders", "timeout": 5, "auth": {"type": "bearer", "token": "open-sesame"}}

SPEC = ObjectSpec(
    resource="Tool",
    path="/v2/tools",
    id_field="tool_id",
    given={
        "name": "find_order",
        "description": "Find an order.",
        "parameters": {"type": "object", "properties": {"order": {"type": "string"}}},
        "on_call": "silent",
        "tags": ["shop"],
        "delivery": {"api": _API},
    },
    updates=[
        Change({"description": "Find one order."}, ['~ description: "Find an order." => "Find one order."']),
        Change({"delivery": {"api": {**_API, "timeout": 20}}}, ["~ timeout: 5 => 20"]),
        Change({"tags": ["shop", "orders"]}, ['+ [1]: "orders"']),
    ],
    by_hand={"description": "Found."},
    drifted=['~ description: "Found." => "Find an order."'],
)
"""All inputs change in place."""
