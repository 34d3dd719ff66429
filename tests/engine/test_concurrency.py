"""The width of the thread pool that runs the hooks, which nothing public lets us set."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from tavus_provider.engine.concurrency import widen


def test_a_pool_widens_from_within() -> None:
    """A pool of four that one of its own calls has widened runs sixteen calls at once; if Python changes, this fails."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert pool.submit(widen, 16).result() is True
        everybody = threading.Barrier(16, timeout=30)
        assert sorted(pool.map(lambda _: everybody.wait(), range(16))) == list(range(16))


def test_a_pool_can_be_narrowed() -> None:
    """A lower limit counts for threads that are not there yet."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.submit(widen, 1).result()
        names = set(pool.map(lambda _: threading.current_thread().name, range(50)))
    assert len(names) == 1


def test_outside_a_pool_nothing_happens() -> None:
    """Where there is no pool to widen, the caller hears so and goes on."""
    assert widen(16) is False
