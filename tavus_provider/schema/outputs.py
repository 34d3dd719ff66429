"""Outputs: annotated attributes of a class of their own, from which the resource class inherits."""

from __future__ import annotations

import functools
import inspect
import typing
from dataclasses import dataclass
from typing import Any, Final

from .fields import Field, Table, to_spec


@dataclass(frozen=True)
class Out:
    """Properties of one output besides its name and type.

    doc: one sentence for users. secret: whether the state encrypts the value. derives_from: the input from which the service
    makes the value; where that input is secret, so is the value, even if it does not contain it. example: what the service
    answers to a create, which mocks of users' tests show; {id}, {name} and {digits} stand for the resource's own. needs: the
    input without which it answers nothing; without an example, that input is the answer.
    """

    doc: str
    secret: bool = False
    derives_from: str = ""
    example: str = ""
    needs: str = ""


CREATED_AT: Final = Out("Time of creation, as Tavus writes it.", example="2026-11-02T09:30:00.000000Z")
"""The output that all objects at Tavus have."""


def find_outputs(state: type) -> dict[str, Out]:
    """Return the outputs that a class and its bases declare, by name."""
    return {name: part for name, hint in _find_hints(state) for part in typing.get_args(hint) if isinstance(part, Out)}


@functools.cache
def outputs_table(state: type) -> Table:
    """Return the outputs that a class and its bases declare as a table; those that are always there are required."""
    hints = {name: typing.get_args(hint) for name, hint in _find_hints(state)}
    declared = {
        name: (_unwrap(parts[0]), parts[1]) for name, parts in hints.items() if len(parts) > 1 and isinstance(parts[1], Out)
    }
    return Table(
        tuple(
            to_spec(name, kind, Field(out.doc, secret=out.secret), type(None) not in typing.get_args(kind))
            for name, (kind, out) in declared.items()
        )
    )


def _unwrap(hint: Any) -> Any:
    """Return the type of the value where a component declares an output of the program."""
    # By its name: lifecycles load without Pulumi's SDK.
    is_output = getattr(typing.get_origin(hint), "__name__", "") == "Output"
    return typing.get_args(hint)[0] if is_output else hint


def _find_hints(state: type) -> list[tuple[str, Any]]:
    # Bases first, so that a class can declare an output of its base again.
    return [item for each in reversed(state.__mro__) for item in inspect.get_annotations(each).items()]
