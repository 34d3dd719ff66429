"""
As many calls at once as the engine asks for, or as few as the user wants.

The plugin process that Pulumi starts for Python's dynamic providers serves four calls at a time, whatever `--parallel` says. Its
limit is an attribute of the thread pool that runs our hooks, which no public name sets.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def widen(workers: int) -> bool:
    """
    Let the pool that runs this very call have up to `workers` threads, never fewer than now; return whether that was possible.

    A worker thread holds its pool in its own arguments, and the pool its limit in `_max_workers`: neither is public. Where a
    later Python has them otherwise, nothing happens and the plugin keeps its four threads.
    """
    pool = _own_pool()
    if pool is None:
        return False
    with contextlib.suppress(AttributeError), pool._shutdown_lock:  # no call comes meanwhile
        if pool._max_workers < workers:
            pool._max_workers = workers
            _count_anew(pool)
    return True


def _own_pool() -> Any:
    """Return the pool of the current thread, None where it is in none that could be widened."""
    for argument in getattr(threading.current_thread(), "_args", ()):
        pool = argument() if callable(argument) else None
        if isinstance(pool, ThreadPoolExecutor) and isinstance(getattr(pool, "_max_workers", None), int):
            return pool
    return None


def _count_anew(pool: Any) -> None:
    """
    Start a thread for each call that waits, and count idle threads from zero.

    A pool starts a thread when a call comes and none is idle. What waits came while the pool was narrow; and in Python 3.11 each
    call that ever waited leaves one idle thread too many in the pool's books, and a later call would wait for it.
    """
    pool._idle_semaphore = threading.Semaphore(0)
    for _ in range(pool._work_queue.qsize()):
        pool._adjust_thread_count()


@functools.cache
def slots(count: int) -> threading.Semaphore:
    """
    Return what `count` calls of this process hold at a time.

    A limit under four needs it: the pool has its first four threads before it knows of any limit.
    """
    return threading.Semaphore(count)
