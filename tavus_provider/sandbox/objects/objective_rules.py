"""Rules for the objectives of one set, which begin with one and do not lead in circles.

Source: tavus-cli 0.11.0, schemas/objective.py, tavus_objective_create and tavus_objective_patch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any


def find_problem(items: Sequence[Mapping[str, Any]], allow_loops: bool) -> str | None:
    """Return what is wrong with the names or the order of these objectives."""
    names = [item["objective_name"] for item in items]
    following = {item["objective_name"]: _following(item) for item in items}
    if wrong := [name for name in names if not re.fullmatch("[A-Za-z0-9_]+", name)]:
        return f"objective_name must contain only letters, numbers, and underscores: {wrong[0]}"
    if len(following) < len(names):
        return "duplicate objective_name in set"
    if any(item.get("next_required_objective") and item.get("next_conditional_objectives") for item in items):
        return "either next_required_objective or next_conditional_objectives, not both"
    if any(name in after or not after <= set(names) for name, after in following.items()):
        return "unknown next objective, or one that references itself"
    return None if allow_loops else _find_disorder(following)


def _find_disorder(following: Mapping[str, set[str]]) -> str | None:
    roots = following.keys() - set().union(*following.values())
    if len(roots) != 1:
        return f"exactly one objective must be the root, not {len(roots)}"
    open_ = dict(following)
    # What leads nowhere any more is taken away, until nothing is left but circles.
    while done := {name for name, after in open_.items() if not after & open_.keys()}:
        open_ = {name: after for name, after in open_.items() if name not in done}
    return "objectives form a loop" if open_ else None


def _following(item: Mapping[str, Any]) -> set[str]:
    required = item.get("next_required_objective")
    return {*(item.get("next_conditional_objectives") or ()), *([required] if required else [])}
