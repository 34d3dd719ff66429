"""
As many calls at once as the engine asks for.

The plugin process that Pulumi starts for Python's dynamic providers serves four calls at a time, whatever `--parallel` says. Its
limit is an attribute of the thread pool that runs our hooks, and threads are started as they are needed.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor


def widen(workers: int) -> bool:
    """
    Let the pool that runs this very call have up to `workers` threads; return whether that was possible.

    A worker thread holds its pool in its own arguments, and the pool its limit in `_max_workers`: neither is public. Where a
    later Python has them otherwise, nothing happens and the plugin keeps its four threads.
    """
    for argument in getattr(threading.current_thread(), "_args", ()):
        pool = argument() if callable(argument) else None
        if isinstance(pool, ThreadPoolExecutor) and isinstance(getattr(pool, "_max_workers", None), int):
            pool._max_workers = workers
            return True
    return False
