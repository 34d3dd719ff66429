"""Retries: a call is sent again after growing, jittered pauses, or the pause that Tavus asked for, while an allowance lasts."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .errors import ConnectionFailed, ForeignAnswer, OutcomeUnknown, RateLimited, ServerError

if TYPE_CHECKING:
    import tenacity

Result = TypeVar("Result")

NOTHING_HAPPENED = (ConnectionFailed, RateLimited)
"""What may be repeated even when the call must not happen twice."""

REPEATABLE = (*NOTHING_HAPPENED, OutcomeUnknown, ServerError)
"""What may be repeated when the call can happen twice without harm."""


class Clock:
    """The time by which retries and searches wait; tests use one that does not let them wait."""

    def now(self) -> float:
        """Return seconds since an arbitrary moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass
class Allowance:
    """Time for some errors: it pays for each attempt that ends with one of them, and for the pause that follows.

    errors: their classes. seconds: how much there is. spent: how much of that is gone.
    """

    errors: tuple[type[Exception], ...]
    seconds: float
    spent: float = 0.0

    def can_pay(self, attempt: float, pause: float) -> bool:
        """Pay for an attempt and, if there is enough left, for a pause of these seconds; tell whether there was."""
        self.spent += attempt
        if self.spent + pause > self.seconds:
            return False
        self.spent += pause
        return True


def retry_within(call: Callable[[], Result], allowances: Sequence[Allowance], clock: Clock) -> Result:
    """Return what `call` returns; repeat it after errors of the allowances, each while its own allowance lasts.

    So all attempts but the last one take at most the sum of the allowances. Raises any other error at once, and a
    ForeignAnswer that would stay the same.
    """
    import tenacity  # noqa: PLC0415  # loaded only where something is called: a program and a preview do without

    # Jitter keeps many creates that were refused at once from coming back at once.
    backoff = tenacity.wait_random_exponential(multiplier=0.2, max=8.0)
    began = 0.0

    def attempt() -> Result:
        nonlocal began
        began = clock.now()
        return call()

    def wait(state: tenacity.RetryCallState) -> float:
        error = _error_in(state)
        asked = error.retry_after if isinstance(error, (RateLimited, ForeignAnswer)) else None
        return max(asked or 0.0, backoff(state))

    def is_over(state: tenacity.RetryCallState) -> bool:
        allowance = next(each for each in allowances if isinstance(_error_in(state), each.errors))
        return not allowance.can_pay(clock.now() - began, state.upcoming_sleep)

    errors = tuple(error for each in allowances for error in each.errors)
    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, errors) and getattr(error, "is_passing", True)),
        stop=is_over,
        wait=wait,
        sleep=clock.sleep,
        reraise=True,
    )
    return again(attempt)


def retry_on(call: Callable[[], Result], errors: tuple[type[Exception], ...], seconds: float) -> Result:
    """Return what `call` returns; repeat it while it raises one of `errors`, until `seconds` would be over."""
    return retry_within(call, [Allowance(errors, seconds)], Clock())


def _error_in(state: tenacity.RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now.

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
