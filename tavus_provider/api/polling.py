"""
Waiting for work that a service does: looking again and again, for a bounded time.

The bound is an input of the resource, for Pulumi tells a dynamic provider neither of `customTimeouts` nor of Ctrl-C, which lets
what is under way end first. Sources: Pulumi docs, "customTimeouts"; Pulumi SDK for Python, pulumi.dynamic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_SHORTEST = 0.5
"""Seconds between the first two looks; between later ones it is half as long again each time."""


def poll(
    found: Found, look: Callable[[Found], Found], over: Callable[[Found], bool], seconds: float, longest: float = 10.0
) -> Found:
    """
    Return what `look` makes of what was `found` before, once it is `over` or when `seconds` have passed.

    longest: seconds between two looks, at most. The last look is at the end of the time. Raises what `look` raises.
    """
    deadline, pause = time.monotonic() + seconds, _SHORTEST
    while not over(found):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        time.sleep(min(pause, left))
        pause = min(1.5 * pause, longest)
        found = look(found)
    return found
