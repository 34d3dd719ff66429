"""Polling: a service is asked again and again whether its work is done, for a bounded time.

The bound is an input of the resource, because a dynamic provider learns neither of `customTimeouts` nor of Ctrl-C, which lets
calls in flight end first. Sources: Pulumi docs, "customTimeouts"; Pulumi SDK for Python, pulumi.dynamic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

_FIRST_PAUSE = 0.5
"""Seconds between the first two looks; each later pause is half as long again."""


def poll(
    found: Found, look: Callable[[Found], Found], is_over: Callable[[Found], bool], seconds: float, longest: float = 10.0
) -> Found:
    """Call `look` with the previous result, at first `found`, until that `is_over` or `seconds` have passed; return the last one.

    longest: the longest pause in seconds. The last look is at the end of the time. Raises what `look` raises.
    """
    import tenacity  # noqa: PLC0415  # loaded only where something is waited for: a program and a preview do without

    pause = tenacity.wait_exponential(multiplier=_FIRST_PAUSE, exp_base=1.5, max=longest)

    def wait(state: tenacity.RetryCallState) -> float:
        return min(pause(state), max(0.0, seconds - (state.seconds_since_start or 0.0)))

    def look_again() -> Found:
        nonlocal found
        if again.statistics["attempt_number"] > 1:  # the service was just asked, so a pause comes first
            found = look(found)
        return found

    again = tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda result: not is_over(result)),
        stop=tenacity.stop_after_delay(seconds),
        wait=wait,
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else found,
    )
    return again(look_again)
