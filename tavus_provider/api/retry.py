"""
When a call is sent again: with growing, jittered waits, after the wait that Tavus asked for, until one deadline.
"""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from .errors import ConnectionFailed, OutcomeUnknown, RateLimited, ServerError

Result = TypeVar("Result")

NOTHING_HAPPENED = (ConnectionFailed, RateLimited)
"""What may be repeated even when the call must not happen twice."""

REPEATABLE = (*NOTHING_HAPPENED, OutcomeUnknown, ServerError)
"""What may be repeated when the call can happen twice without harm."""


def retry_on(call: Callable[[], Result], on: tuple[type[Exception], ...], timeout: float) -> Result:
    """Return what `call` returns; repeat it while it raises one of `on`, until `timeout` seconds would be over."""
    import tenacity  # noqa: PLC0415  # loaded only where something is called: a program and a preview do without

    backoff = tenacity.wait_random_exponential(multiplier=0.2, max=8.0)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return max(asked or 0.0, backoff(state))

    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(on),
        stop=tenacity.stop_before_delay(timeout),
        wait=wait,
        reraise=True,
    )
    return again(call)


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """
    Read a Retry-After header, seconds or a date, as seconds from now.

    date: the answer's own Date header, by whose clock a date is meant; without it ours. Source: RFC 9110, section 10.2.3.
    """
    with suppress(ValueError):
        seconds = float(header or "")
        return max(0.0, seconds) if math.isfinite(seconds) else None
    wait = seconds_until(header)
    return None if wait is None else max(0.0, wait - (seconds_until(date) or 0.0))


def seconds_until(date: str | None) -> float | None:
    """Return how many seconds from now an HTTP date is, negative for the past. Source: RFC 9110, section 5.6.7."""
    try:
        return email.utils.parsedate_to_datetime(date or "").timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
