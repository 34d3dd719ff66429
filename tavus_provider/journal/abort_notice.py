"""
What is said when a run is given up: which creations were under way, and how to find what they opened.

After a second Ctrl-C Pulumi records nothing more, tells its plugin processes to end, and kills them some seconds later; what they
print until then is still shown. Source: Pulumi's command line ("^C received; terminating"), as measured with 3.259.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..api.notices import notify
from .journal import Intent, Journal

_under_way: list[str] = []
"""URNs of what is being created by this process; appending and removing are atomic."""


@contextmanager
def creating(resource: str) -> Iterator[None]:
    """Take note that a resource, by its URN, is being created for as long as this lasts."""
    _watch()
    _under_way.append(resource)
    try:
        yield
    finally:
        _under_way.remove(resource)


@functools.cache
def _watch() -> None:
    """
    Speak when the process is told to end and before it waits for its work, which atexit comes after.

    What registers for that moment is no public name; where a later Python has it otherwise, nothing is said.
    """
    register = getattr(threading, "_register_atexit", None)
    if register:
        register(_say_what_is_left)


def _say_what_is_left() -> None:
    left = set(_under_way)
    for intent in Journal().intents() if left else ():
        if intent.resource in left:
            notify(_left(intent))


def _left(intent: Intent) -> str:
    if intent.kind != "conversation":
        return f"given up while {intent.kind} {intent.name!r} was being made: the next `pulumi up` completes it"
    return (
        f"given up while conversation {intent.name!r} was being opened: it may be active and billed; the next `pulumi up` takes "
        "it over, and `tavus-provider conversations --orphans` shows it"
    )
