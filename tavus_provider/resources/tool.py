"""Tool: what a program declares; see objects/tool.py for what it does."""

from __future__ import annotations

from typing import Unpack

import pulumi

from ..dynamic.provider import Provider
from ..objects.tool import ToolArgs, ToolLifecycle, ToolState
from ..program.tavus_object import TavusObject
from ..schema.documentation import add_documentation


class ToolProvider(Provider):
    """Provider that serves tools to the engine; its path is stored in users' state."""

    lifecycle = ToolLifecycle


@add_documentation(ToolArgs, source="Tavus docs, Tool Calling for LLM and Tool Delivery; Tavus API reference, Create Tool")
class Tool(ToolState, TavusObject, module="tavus", name="Tool", provider=ToolProvider):
    """A function that personas call during conversations: the page gets an event, or a backend gets a request.

    All of it changes in place. Tavus shows its secrets as stars, so that a change of one outside of the program does not show.
    A persona has it by its input `tools`. Deleting it detaches it from every persona.

    Example:
        order = tavus.Tool(
            "order",
            name="find_order",
            description="Find an order by its number.",
            parameters={
                "type": "object",
                "properties": {"number": {"type": "string"}},
                "required": ["number"],
            },
            delivery={
                "api": {
                    "url": "https://shop.example.com/orders",
                    "method": "GET",
                    "query_params": {"number": "{number}"},
                },
            },
        )
        clerk = tavus.Persona(
            "clerk",
            system_prompt="You tell customers where their orders are.",
            tools=[order],
        )

    """

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[ToolArgs]) -> None:
        super().__init__(ToolProvider(), resource_name, args, opts)
