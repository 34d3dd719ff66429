"""Outputs: each is an annotated attribute of a class of its own, which the resource class inherits."""

from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass


@dataclass(frozen=True)
class Out:
    """
    What is known of one output besides its name and type.

    doc: one sentence. secret: whether the state encrypts it.
    """

    doc: str
    secret: bool = False


def find_outputs(state: type) -> dict[str, Out]:
    """Return the outputs that a class and its bases declare, by name."""
    hints = [item for each in reversed(state.__mro__) for item in inspect.get_annotations(each).items()]
    return {name: part for name, hint in hints for part in typing.get_args(hint) if isinstance(part, Out)}
