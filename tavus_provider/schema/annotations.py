"""Annotations of inputs and outputs: Pulumi's `Input[T]` and `Output[T]` to type checkers, plain T at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Input", "Output"]

if TYPE_CHECKING:
    from pulumi import Input, Output
else:
    # Field tables read the annotations at run time, and must not load Pulumi for that.

    class Input:
        """Stand-in for pulumi.Input."""

        def __class_getitem__(cls, kind):
            return kind

    class Output:
        """Stand-in for pulumi.Output."""

        def __class_getitem__(cls, kind):
            return kind
