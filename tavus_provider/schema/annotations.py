"""
Annotations of inputs and outputs: what Pulumi's `Input[T]` and `Output[T]` are to type checkers, and plain T at run time.

Field tables are read off annotations at run time, and nothing that reads them needs Pulumi.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Input", "Output"]

if TYPE_CHECKING:
    from pulumi import Input, Output
else:

    class Input:
        """Stand-in for pulumi.Input."""

        def __class_getitem__(cls, kind):
            return kind

    class Output:
        """Stand-in for pulumi.Output."""

        def __class_getitem__(cls, kind):
            return kind
