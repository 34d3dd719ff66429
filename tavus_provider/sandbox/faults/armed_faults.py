"""Faults that are armed, and the selection of those that hit a call.

Only the server's own thread uses them, so that calls are counted in the order of their arrival.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..api.call_conditions import CallConditions, Lag
from ..api.calls import RecordedCall
from .fault_spec import DELIVERY_EFFECTS, FaultSpec, matches
from .pauses import Pauses


@dataclass
class ArmedFault:
    """One fault and its counts.

    first_seen: at which of its calls the fault met each object first, for lags.
    matched: how many calls were of its kind.
    fired: how many of them it hit.
    """

    fault_id: str
    spec: FaultSpec
    first_seen: dict[str, float]
    matched: int = 0
    fired: int = 0
    disarmed: bool = False
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # A generator for each fault, so that other faults do not change its draws.
        self.random = random.Random(self.spec.get("seed", 0))

    @property
    def remaining(self) -> int | None:
        """Return how many calls it will still hit, None for all."""
        # A chance without a number of times is meant for every call.
        times = self.spec.get("times", None if "probability" in self.spec else 1)
        return None if times is None else times - self.fired

    @property
    def decides_answer(self) -> bool:
        """Return whether it decides how a call is answered."""
        return any(effect in self.spec for effect in DELIVERY_EFFECTS)

    def hits(self, call: RecordedCall) -> bool:
        """Count the call if it is of the fault's kind, and return whether it is hit."""
        if self.remaining == 0 or not matches(self.spec, call):
            return False
        self.matched += 1
        hit = self.matched > self.spec.get("skip", 0) and self.random.random() < self.spec.get("probability", 1)
        self.fired += hit
        return hit

    def lag(self) -> Lag:
        """Return the lag of the call that was hit last."""
        return Lag(self.spec.get("lag", 0), self.spec.get("lag_calls", 0), self.fired, self.first_seen)

    def to_json(self) -> dict[str, Any]:
        """Return it as the control paths show it."""
        counts = {"matched": self.matched, "fired": self.fired, "left": self.remaining}
        return {"fault_id": self.fault_id, "rule": self.spec, **counts}


class ArmedFaults:
    """All faults since the last reset, in the order of arming, and the calls that wait because of them."""

    def __init__(self) -> None:
        self.pauses = Pauses()
        self.faults: list[ArmedFault] = []
        self._numbers = itertools.count(1)

    def arm(self, spec: FaultSpec, existing_ids: Iterable[str]) -> ArmedFault:
        """Arm a fault; objects that exist already do not lag."""
        # Seen infinitely many calls ago, so that no lag hides them.
        fault = ArmedFault(f"f{next(self._numbers)}", spec, dict.fromkeys(existing_ids, -math.inf))
        self.faults.append(fault)
        return fault

    def find_hits(self, call: RecordedCall) -> list[ArmedFault]:
        """Count the call and return the faults that hit it: all that are due, but only the first that decides the answer."""
        hits: list[ArmedFault] = []
        for fault in self.faults:
            # A fault that is passed over does not count the call, and so waits for the next one.
            decided = fault.decides_answer and any(other.decides_answer for other in hits)
            if not decided and fault.hits(call):
                hits.append(fault)
        return hits

    async def clear(self) -> None:
        """Disarm and forget all faults; waiting calls go on and do not wait again."""
        self._disarm()
        await self.pauses.resume()

    async def reset(self) -> None:
        """Disarm and forget all faults; waiting calls are dropped, so that they have no effect after the reset."""
        self._disarm()
        self._numbers = itertools.count(1)
        await self.pauses.resume(drop=True)

    def _disarm(self) -> None:
        # Calls on their way still refer to their faults.
        for fault in self.faults:
            fault.disarmed = True
        self.faults = []


def combine_conditions(hits: Sequence[ArmedFault]) -> CallConditions:
    """Return the conditions under which a call that these faults hit is processed."""
    skew = sum(fault.spec.get("skew", 0) for fault in hits)
    return CallConditions(skew, [fault.lag() for fault in hits if fault.spec.keys() & {"lag", "lag_calls"}])
