"""As many calls at once as the engine asks for: the pool that runs the hooks, Pulumi's plugin process, and what calls share."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

from tavus_provider.api.client import client_for
from tavus_provider.dynamic.private_names import widen_pool
from tavus_provider.recording.aws import clients
from tavus_provider.sandbox import Sandbox
from tests.support.conversations import PERSONA, REPLICA
from tests.support.plugin_process import Plugin

CROWD = 16


def test_a_pool_widens_from_within() -> None:
    """A pool of four that one of its own calls has widened runs sixteen calls at once; if Python changes, this fails."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert pool.submit(widen_pool, CROWD).result() is True
        everybody = threading.Barrier(CROWD, timeout=30)
        assert sorted(pool.map(lambda _: everybody.wait(), range(CROWD))) == list(range(CROWD))


def test_calls_that_wait_already_run_at_once_too() -> None:
    """A refresh sends all calls before the first one can widen the pool; the calls that wait by then get threads, too."""
    everybody, all_there = threading.Barrier(CROWD, timeout=30), threading.Event()

    def first() -> None:
        all_there.wait()
        assert widen_pool(CROWD)
        everybody.wait()

    with ThreadPoolExecutor(max_workers=4) as pool:
        calls: list[Future[Any]] = [pool.submit(first), *(pool.submit(everybody.wait) for _ in range(CROWD - 1))]
        all_there.set()
        assert [call.exception() for call in calls] == [None] * CROWD


def test_calls_that_waited_before_are_not_taken_for_idle_threads() -> None:
    """After a crowd that a narrow pool served one after the other, the next crowd still gets a thread for each call."""
    open_, everybody = threading.Event(), threading.Barrier(CROWD, timeout=30)
    with ThreadPoolExecutor(max_workers=4) as pool:
        earlier = [pool.submit(open_.wait) for _ in range(3 * CROWD)]
        open_.set()
        assert all(call.result() for call in earlier)
        assert pool.submit(widen_pool, CROWD).result() is True
        assert sorted(pool.map(lambda _: everybody.wait(), range(CROWD))) == list(range(CROWD))


def test_outside_a_pool_nothing_happens() -> None:
    """Without a pool, widen_pool returns False and does nothing else."""
    assert widen_pool(CROWD) is False


def test_the_plugin_runs_as_many_calls_as_come(sandbox: Sandbox) -> None:
    """The plugin process, which has four threads of its own, runs sixteen creations at once; if the SDK changes, this fails."""
    sandbox.control.hold("create", times=None)
    with creating(sandbox, CROWD):
        assert len(sandbox.control.wait_for_held(count=CROWD)) == CROWD
        sandbox.control.clear_faults()
    assert sandbox.control.books()["active"] == CROWD


def test_a_lower_limit_holds_from_the_first_call_on(sandbox: Sandbox) -> None:
    """With a limit of two, a third call begins only when one has ended, although the plugin starts with four threads."""
    sandbox.control.inject("create", delay=0.2, times=None)
    with creating(sandbox, 8, limit="2"):
        pass
    began = [datetime.fromisoformat(call["at"]) for call in sandbox.control.calls()]
    assert len(began) == 8
    assert all((third - first).total_seconds() >= 0.2 for first, third in zip(began, began[2:], strict=False))


def test_clients_are_made_once(sandbox: Sandbox, aws: str) -> None:
    """However many calls begin at once, a process has one client for Tavus and one for each service of AWS."""
    settings = (("region", "eu-west-1"), ("endpoints", aws))
    assert at_once(lambda: client_for(sandbox.url, sandbox.key, 60)) == 1
    assert at_once(lambda: clients.s3(settings, "eu-west-1")) == 1
    assert at_once(lambda: clients.iam(settings, "us-east-1")) == 1


@contextmanager
def creating(sandbox: Sandbox, count: int, limit: str = "") -> Iterator[None]:
    """Let one plugin process create conversations in that many threads, until the body is over and each has its answer."""
    settings = {"TAVUS_BASE_URL": sandbox.url, "TAVUS_API_KEY": sandbox.key, "TAVUS_MAX_CONCURRENCY": limit}
    with ThreadPoolExecutor(count) as pool, closing(Plugin({**os.environ, **settings})) as plugin:

        def create(number: int) -> object:
            urn = f"urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::call-{number}"
            return plugin.create(urn, plugin.wrap(urn, {"persona_id": PERSONA, "replica_id": REPLICA}))

        calls = [pool.submit(create, number) for number in range(count)]
        yield
        for call in calls:
            call.result()


def at_once(make: Callable[[], object]) -> int:
    """Return how many different objects many threads that begin together get."""
    start = threading.Barrier(CROWD, timeout=30)

    def each(_: int) -> object:
        start.wait()
        return make()

    with ThreadPoolExecutor(CROWD) as pool:
        made = list(pool.map(each, range(CROWD)))
    return len({id(one) for one in made})
