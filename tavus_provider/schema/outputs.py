"""Outputs: annotated attributes of a class of their own, from which the resource class inherits."""

from __future__ import annotations

import inspect
import typing
from dataclasses import dataclass


@dataclass(frozen=True)
class Out:
    """Properties of one output besides its name and type.

    doc: one sentence for users. secret: whether the state encrypts the value. derives_from: the input from which the service
    makes the value; where that input is secret, so is the value, even if it does not contain it.
    """

    doc: str
    secret: bool = False
    derives_from: str = ""


def find_outputs(state: type) -> dict[str, Out]:
    """Return the outputs that a class and its bases declare, by name."""
    # Bases first, so that a class can declare an output of its base again.
    hints = [item for each in reversed(state.__mro__) for item in inspect.get_annotations(each).items()]
    return {name: part for name, hint in hints for part in typing.get_args(hint) if isinstance(part, Out)}
