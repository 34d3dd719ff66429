"""Bucket policies of the local AWS, evaluated as for a connection over TLS.

moto refuses every call that a policy's condition is about, whether the condition is met or not, so a bucket that only refuses
plain HTTP could never be written to. Here conditions on the connection are evaluated, as if the loopback connection were TLS 1.3.
Sources: AWS IAM User Guide, Global condition keys; Amazon S3 User Guide, Condition keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_CONNECTION = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}
"""Values of the condition keys, in lower case, that describe the connection."""

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "Bool": lambda actual, expected: actual == expected.lower(),
    "NumericLessThan": lambda actual, expected: float(actual) < float(expected),
}


def evaluate_over_tls(get_permission: Callable[[Any, str, str], Any]) -> Callable[[Any, str, str], Any]:
    """Return moto's function that evaluates a bucket's policy, without the statements that do not apply to TLS."""

    def evaluate(bucket: Any, action: str, resource: str) -> Any:
        policy = bucket.policy
        bucket.policy = _select_statements(policy)
        try:
            return get_permission(bucket, action, resource)
        finally:
            bucket.policy = policy

    return evaluate


def _select_statements(policy: bytes | None) -> bytes | None:
    if policy is None:
        return None
    document = json.loads(policy)
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    return json.dumps({**document, "Statement": [each for each in statements if _applies(each)]}).encode()


def _applies(statement: Mapping[str, Any]) -> bool:
    conditions = statement.get("Condition", {})
    return all(_is_met(operator, key, value) for operator, keys in conditions.items() for key, value in keys.items())


def _is_met(operator: str, key: str, expected: Any) -> bool:
    """Return whether a condition on the connection is met; any other condition is left to moto."""
    actual = _CONNECTION.get(key.lower())
    compare = _OPERATORS.get(operator)
    values = expected if isinstance(expected, list) else [expected]
    return actual is None or compare is None or any(compare(actual, str(value)) for value in values)
