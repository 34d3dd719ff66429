"""Private names of others that this package depends on: of Python's threads and of Pulumi's SDK, all in this file.

Each function gives the reason, what happens where a later version has the name no longer, and the test that notices.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import pulumi.dynamic
import pulumi.runtime
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.config import CONFIG, get_config_env, is_config_secret

Result = TypeVar("Result")

is_secret_key = is_config_secret
"""Whether a configuration key was set with --secret; no method of pulumi.Config tells. Test: tests/program/test_config.py."""


def hide_tracebacks() -> None:
    """Let errors of this process show as one line, unless TAVUS_LOG=debug is set.

    The SDK's server prints the traceback of each error. `sys.tracebacklimit` is public, but affects the whole process, which
    serves only providers. Test: tests/dynamic/test_provider.py.
    """
    if os.environ.get("TAVUS_LOG") != "debug":
        sys.tracebacklimit = 0


def call_before_exit(function: Callable[[], None]) -> None:
    """Call a function when the process is told to end, before it waits for its threads; `atexit` would call it after that.

    Where `threading._register_atexit` is gone, nothing is called. Test: tests/real_engine/interruptions/test_cancel.py.
    """
    register = getattr(threading, "_register_atexit", None)
    if register:
        register(function)


PROVIDER_KEY: Final = "__provider"
"""Input that the SDK adds to a dynamic resource: its pickled provider. Test: tests/real_engine/test_change_of_plugin.py."""


def type_name(resource: type[pulumi.dynamic.Resource]) -> str:
    """Return the type that the SDK gives to resources of a class; a URN holds it. Test: tests/dynamic/test_provider.py."""
    return resource._resource_type_name


def is_program() -> bool:
    """Tell whether this process runs a Pulumi program. Test: tests/real_engine/interruptions/test_interruptions.py."""
    return pulumi.runtime.settings.get_monitor() is not None


def configuration_keys() -> set[str]:
    """Return all keys of the stack's configuration; pulumi.Config lists none. Test: tests/program/test_config.py."""
    return {*get_config_env(), *CONFIG.get()}


def wait_for(awaitable: Awaitable[Result]) -> Result:
    """Return what an awaitable gives, as Pulumi's own plain functions wait. Test: tests/real_engine/inputs/test_lookups.py."""
    from pulumi.runtime.sync_await import _sync_await  # noqa: PLC0415  # it changes the event loop of the process that loads it

    result: Result = _sync_await(awaitable)
    return result


def stored_provider(provider: pulumi.dynamic.ResourceProvider) -> str:
    """Return a provider in the form that the state has as `__provider`. Test: tests/dynamic/test_provider.py."""
    stored: str = serialize_provider(provider)
    return stored


def widen_pool(workers: int) -> bool:
    """Let the thread pool that runs this very call have up to `workers` threads; return whether that was possible.

    The plugin process that Pulumi starts for Python's dynamic providers serves four calls at a time, whatever `--parallel` says,
    and no public name sets that. The pool never gets fewer threads than it has. A worker thread holds its pool in its own
    arguments, and the pool its limit in `_max_workers`. Where a later Python has them otherwise, the plugin keeps its four
    threads. Test: tests/dynamic/test_private_names.py.
    """
    pool = _find_own_pool()
    if pool is None:
        return False
    with contextlib.suppress(AttributeError), pool._shutdown_lock:  # no call comes meanwhile
        if pool._max_workers < workers:
            pool._max_workers = workers
            _start_threads(pool)
    return True


def _find_own_pool() -> Any:
    """Return the pool of the current thread, None where there is none that can be widened."""
    for argument in getattr(threading.current_thread(), "_args", ()):
        pool = argument() if callable(argument) else None
        if isinstance(pool, ThreadPoolExecutor) and isinstance(getattr(pool, "_max_workers", None), int):
            return pool
    return None


def _start_threads(pool: Any) -> None:
    """Start a thread for each call that waits, and count idle threads from zero.

    A pool starts a thread when a call comes and none is idle; the calls that wait came while the pool was narrow. In Python 3.11,
    each call that ever waited leaves one idle thread too many in the pool's count, and a later call would wait for that thread.
    """
    pool._idle_semaphore = threading.Semaphore(0)
    for _ in range(pool._work_queue.qsize()):
        pool._adjust_thread_count()
