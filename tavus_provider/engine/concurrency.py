"""
As many calls at once as the engine asks for, or as few as the user wants.

The plugin process that Pulumi starts for Python's dynamic providers serves four calls at a time, whatever `--parallel` says. Its
limit is an attribute of the thread pool that runs our hooks, which no public name sets.
"""

from __future__ import annotations

import functools
import threading
from concurrent.futures import ThreadPoolExecutor


def widen(workers: int) -> bool:
    """
    Let the pool that runs this very call have up to `workers` threads; return whether that was possible.

    A worker thread holds its pool in its own arguments, and the pool its limit in `_max_workers` and what waits in
    `_work_queue`: none is public. Where a later Python has them otherwise, nothing happens and the plugin keeps its four threads.
    """
    for argument in getattr(threading.current_thread(), "_args", ()):
        pool = argument() if callable(argument) else None
        if isinstance(pool, ThreadPoolExecutor) and isinstance(getattr(pool, "_max_workers", None), int):
            pool._max_workers = workers
            _hasten(pool)
            return True
    return False


def _hasten(pool: ThreadPoolExecutor) -> None:
    """Start a thread for each call that waits: a pool starts one when a call comes, and these came while it was narrow."""
    waiting = getattr(pool, "_work_queue", None)
    for _ in range(waiting.qsize() if waiting else 0):
        pool.submit(_nothing)


def _nothing() -> None:
    pass


@functools.cache
def slots(count: int) -> threading.Semaphore:
    """
    Return what `count` calls of this process hold at a time.

    A limit under four needs it: the pool has its first four threads before it knows of any limit.
    """
    return threading.Semaphore(count)
