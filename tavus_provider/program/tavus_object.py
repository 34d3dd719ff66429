"""Base of the resource classes for objects at Tavus that conversations use."""

from __future__ import annotations

from typing import Self

import pulumi

from .resource import Resource


class TavusObject(Resource):
    """Base of the classes that programs use for such objects."""

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:
        """Read what has the id `id` at Tavus without owning it: it is never changed, and `pulumi destroy` leaves it alone."""
        return cls._read(cls.provider_class(), resource_name, id, opts)
