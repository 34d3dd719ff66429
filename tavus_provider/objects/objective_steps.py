"""Steps from one objective to the next: what Tavus refuses of them.

Source: tavus-cli 0.11.0, Tavus's own client, schemas/objective.py and tavus_objective_create.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ..schema.validation import find_nearest

Objective = Mapping[str, Any]

MOST_OBJECTIVES = 50
"""Objectives in one set."""


def validate_objectives(objectives: Sequence[Objective]) -> str | None:
    """Require names that differ, and next objectives that exist."""
    if not objectives:
        return "must have at least one objective"
    if len(objectives) > MOST_OBJECTIVES:
        return f"must have at most {MOST_OBJECTIVES} objectives, not {len(objectives)}"
    return "; ".join([*_find_repeated(objectives), *(reason for each in objectives for reason in _find_wrong(each, objectives))])


def validate_order(objectives: Sequence[Objective]) -> str | None:
    """Require one objective to begin with, and no way back. No reason shows a value, which may be secret."""
    places = {each["objective_name"]: f"data[{index}]" for index, each in enumerate(objectives)}
    following = {
        place: [places[name] for name in _next_names(each)] for each, place in zip(objectives, places.values(), strict=True)
    }
    try:
        TopologicalSorter(following).prepare()
    except CycleError as error:
        circle = " and ".join(sorted(set(error.args[1])))
        return f"must not lead in a circle, as {circle} do: leave one of their next objectives out, or set allow_loops=True"
    reached = {place for each in following.values() for place in each}
    first = [place for place in places.values() if place not in reached]
    if len(first) == 1:
        return None
    ways = "give next_required_objective or next_conditional_objectives that lead there, or set allow_loops=True"
    return f"must begin with one objective, but no other leads to {' and '.join(first)}: {ways}"


def _find_repeated(objectives: Sequence[Objective]) -> Iterator[str]:
    names = Counter(each["objective_name"] for each in objectives)
    for name in (name for name, times in names.items() if times > 1):
        yield f"must have one objective of each name: {name} is the name of several"


def _find_wrong(objective: Objective, objectives: Sequence[Objective]) -> Iterator[str]:
    """Yield what is wrong with the next objectives of one."""
    name, known = objective["objective_name"], [each["objective_name"] for each in objectives]
    if objective.get("next_required_objective") and objective.get("next_conditional_objectives"):
        yield f"{name} must have next_required_objective or next_conditional_objectives, not both: give only one of them"
    for following in _next_names(objective):
        if following == name:
            yield f"{name} must not name itself as the next objective: name another one"
        elif following not in known:
            meant = find_nearest(following, [each for each in known if each != name])
            hint = f"did you mean {meant}?" if meant else "add it, or name one of these"
            yield f"has no objective {following}, which {name} names as the next one: {hint}"


def _next_names(objective: Objective) -> list[str]:
    required = objective.get("next_required_objective")
    return [*(objective.get("next_conditional_objectives") or ()), *([required] if required else [])]
