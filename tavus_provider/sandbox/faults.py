"""The faults that are armed, and which of them hit a call.

Everything here is touched by the server's own thread alone, so that calls are counted in the order in which they came.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tavus_provider.sandbox.calls import Call
from tavus_provider.sandbox.conditions import Conditions, Lag
from tavus_provider.sandbox.pauses import Pauses
from tavus_provider.sandbox.rules import SETTLING, Rule, concerns


@dataclass
class Fault:
    """One rule and what became of it. `first_seen` tells at which of its calls it first met an object."""

    fault_id: str
    rule: Rule
    first_seen: dict[str, float]
    matched: int = 0
    fired: int = 0
    disarmed: bool = False
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.rule.get("seed", 0))

    @property
    def left(self) -> int | None:
        """Return how many calls it will still hit, None for all."""
        times = self.rule.get("times", None if "probability" in self.rule else 1)
        return None if times is None else times - self.fired

    @property
    def settles(self) -> bool:
        """Say whether it decides how a call is answered."""
        return any(effect in self.rule for effect in SETTLING)

    def hits(self, call: Call) -> bool:
        """Count the call, if it is one of the fault's, and say whether it is hit."""
        if self.left == 0 or not concerns(self.rule, call):
            return False
        self.matched += 1
        hit = self.matched > self.rule.get("skip", 0) and self.chance.random() < self.rule.get("probability", 1)
        self.fired += hit
        return hit

    def lag(self) -> Lag:
        """Return what the call that was hit last does not know yet."""
        return Lag(self.rule.get("lag", 0), self.rule.get("lag_calls", 0), self.fired, self.first_seen)

    def listed(self) -> dict[str, Any]:
        """Return it as the control paths show it."""
        counted = {"matched": self.matched, "fired": self.fired, "left": self.left}
        return {"fault_id": self.fault_id, "rule": self.rule, **counted}


class Faults:
    """All faults since the last reset, in the order in which they were armed, and the calls that they keep waiting."""

    def __init__(self) -> None:
        self.pauses = Pauses()
        self.armed: list[Fault] = []
        self._numbers = itertools.count(1)

    def arm(self, rule: Rule, existing: Iterable[str]) -> Fault:
        """Arm a fault; what exists already does not lag."""
        fault = Fault(f"f{next(self._numbers)}", rule, dict.fromkeys(existing, -math.inf))
        self.armed.append(fault)
        return fault

    def that_hit(self, call: Call) -> list[Fault]:
        """Count the call and return the faults that hit it: all that are due, but of those that settle one, the first."""
        hits: list[Fault] = []
        for fault in self.armed:
            taken = fault.settles and any(other.settles for other in hits)
            if not taken and fault.hits(call):
                hits.append(fault)
        return hits

    async def clear(self) -> None:
        """Disarm and forget all faults; what waits goes on and does not wait again."""
        self._disarm()
        await self.pauses.resume()

    async def reset(self) -> None:
        """Disarm and forget all faults; what waits is dropped, so that it cannot reach into the time after a reset."""
        self._disarm()
        self._numbers = itertools.count(1)
        await self.pauses.resume(drop=True)

    def _disarm(self) -> None:
        for fault in self.armed:
            fault.disarmed = True
        self.armed = []


def conditions_of(hits: Sequence[Fault]) -> Conditions:
    """Return under which conditions a call is processed that these faults hit."""
    skew = sum(fault.rule.get("skew", 0) for fault in hits)
    return Conditions(skew, [fault.lag() for fault in hits if fault.rule.keys() & {"lag", "lag_calls"}])
