"""Base of the resource classes for objects at Tavus that conversations use."""

from __future__ import annotations

from typing import ClassVar, Self

import pulumi

from ..dynamic.provider import Provider
from .resource import Resource


class TavusObject(Resource):
    """Base of the classes that programs use for such objects.

    A subclass names what serves it: `class Persona(TavusObject, module="tavus", name="Persona", provider=PersonaProvider)`.
    """

    _provider_class: ClassVar[type[Provider]]

    def __init_subclass__(cls, provider: type[Provider], **names: str) -> None:
        super().__init_subclass__(**names)
        cls._provider_class = provider

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:
        """Read what has the id `id` at Tavus without owning it: it is never changed, and `pulumi destroy` leaves it alone."""
        return cls._read(cls._provider_class(), resource_name, id, opts)
