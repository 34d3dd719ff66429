"""Watch over the engine: a plugin outlives an engine that is killed, and would go on to wait, to try again and to create."""

from __future__ import annotations

import functools
import os
import threading
import time

from ..journal.backend import engine_address, is_listening

_INTERVAL = 0.5
"""Seconds between two looks."""


@functools.cache
def watch_engine() -> None:
    """End this process soon after its engine has; do nothing in a process that no engine started."""
    if engine_address():
        threading.Thread(target=_end_with, args=[engine_address()], name="engine-watch", daemon=True).start()


def _end_with(engine: str) -> None:
    while is_listening(engine):
        time.sleep(_INTERVAL)
    # Not sys.exit, which waits for the calls in flight: the journal has their intents, and nobody is left to hear of them.
    os._exit(1)
