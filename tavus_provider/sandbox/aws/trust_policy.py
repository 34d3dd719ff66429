"""Trust policies: whether one lets Tavus assume the role, decided as AWS STS would.

Pure functions over the policy document. Sources: AWS IAM User Guide, "How to use an external ID when granting access
to your AWS resources to a third party" and "IAM JSON policy elements"; Tavus guide, Conversation Recordings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TAVUS_ACCOUNT = "291871421005"
"""AWS account that writes recordings for Tavus."""

_ACTION = "sts:assumerole"
_KEY = "sts:externalid"


def allows_tavus(policy: object, external_id: str) -> bool:
    """Return whether the trust policy lets Tavus's account assume the role with this ExternalId.

    A policy that does not demand an ExternalId is refused, since Tavus's guide calls every field of its trust policy
    mandatory. Conditions that cannot be evaluated here count as not met.
    """  # assumed: external-id
    statements = _as_list(policy.get("Statement")) if isinstance(policy, Mapping) else []
    applying = [one for one in statements if isinstance(one, Mapping) and _applies(one, external_id)]
    # A Deny overrides every Allow.
    allowed = any(one.get("Effect") == "Allow" and _demands_external_id(one) for one in applying)
    return allowed and not any(one.get("Effect") == "Deny" for one in applying)


def _applies(statement: Mapping[str, Any], external_id: str) -> bool:
    return (
        any(_matches(str(action).lower(), _ACTION) for action in _as_list(statement.get("Action")))
        and _names_tavus(statement.get("Principal"))
        and all(_holds(*condition, external_id) for condition in _conditions(statement))
    )


def _names_tavus(principal: object) -> bool:
    accounts = _as_list(principal.get("AWS")) if isinstance(principal, Mapping) else _as_list(principal)
    root = rf"\*|{TAVUS_ACCOUNT}|arn:aws[a-z-]*:iam::{TAVUS_ACCOUNT}:root"
    return any(isinstance(account, str) and re.fullmatch(root, account) for account in accounts)


def _conditions(statement: Mapping[str, Any]) -> list[tuple[str, str, list[object]]]:
    """Return the statement's conditions as (operator, key, values)."""
    operators = statement.get("Condition", {})
    # Whoever writes policies may send anything; a malformed condition is one that is not met.
    if not isinstance(operators, Mapping) or not all(isinstance(keys, Mapping) for keys in operators.values()):
        return [("malformed", "", [])]
    return [
        (operator, str(key).lower(), _as_list(values)) for operator, keys in operators.items() for key, values in keys.items()
    ]


def _demands_external_id(statement: Mapping[str, Any]) -> bool:
    return any(key == _KEY for _, key, _ in _conditions(statement))


def _holds(operator: str, key: str, values: list[object], external_id: str) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    compare: Mapping[str, Callable[[], bool]] = {
        "StringEquals": lambda: external_id in texts,
        "StringNotEquals": lambda: external_id not in texts,
        "StringEqualsIgnoreCase": lambda: external_id.lower() in [text.lower() for text in texts],
        "StringLike": lambda: any(_matches(text, external_id) for text in texts),
        "StringNotLike": lambda: not any(_matches(text, external_id) for text in texts),
    }
    return key == _KEY and operator in compare and compare[operator]()


def _matches(pattern: str, text: str) -> bool:
    """Match AWS's wildcards: * for any run of characters, ? for one."""
    regex = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _as_list(value: object) -> list[Any]:
    """Return a list for what AWS lets one write as a list or as a single value."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
