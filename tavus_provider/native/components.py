"""Components that the plugin makes: the classes of the package, whose resources the plugin itself then serves.

Source: Pulumi SDK for Python, provider/provider.py and provider/server.py.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider.provider import ConstructResult, Provider
from pulumi.provider.server import ProviderServicer

from ..program.end_notice import notify_at_exit
from ..program.names import rename_inside, rename_outside
from ..schema.fields import table
from ..schema.outputs import outputs_table
from ..version import __version__
from .registry import find_component

_lock = threading.Lock()


def construct(request: Any, engine: str) -> Any:
    """Make a component, and return the engine's answer. Raises pulumi.RunError for what the component refuses."""
    # This process is no program: it does not declare all that a stack has.
    atexit.unregister(notify_at_exit)
    # The SDK keeps the stack's address and configuration in the process, and an event loop for each call.
    with _lock:
        return asyncio.run(ProviderServicer(_Components(), [], engine).Construct(request, None))


class _Components(Provider):
    def __init__(self) -> None:
        super().__init__(__version__)

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, pulumi.Input[Any]],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make the component of a type, and return its outputs."""
        component = find_component(resource_type)
        made = component(name, options, **rename_inside(table(component.documented_args[0]), inputs))
        outputs = outputs_table(component)
        return ConstructResult(made.urn, rename_outside(outputs, {row.name: getattr(made, row.name) for row in outputs}))
