"""Polling: repeated reads until a service has finished its work, for a bounded time.

The bound is an input of the resource, because Pulumi passes neither `customTimeouts` nor Ctrl-C on to a dynamic provider; after
Ctrl-C it waits for running calls. Sources: Pulumi docs, "customTimeouts"; Pulumi SDK for Python, pulumi.dynamic.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_SHORTEST = 0.5
"""Seconds between the first two reads; each later pause is half as long again."""


def poll(
    found: Found, look: Callable[[Found], Found], over: Callable[[Found], bool], seconds: float, longest: float = 10.0
) -> Found:
    """Return the first result of `look` of which `over` is true, or the last one after `seconds`.

    found: result to begin with; `look` takes the result before. longest: seconds between two calls of `look`, at most. The last
    call is at the end of the time. Raises what `look` raises.
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
