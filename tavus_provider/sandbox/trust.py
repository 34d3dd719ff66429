"""Whether a role's trust policy lets Tavus in, decided as AWS STS would.

Pure functions over the policy document. Sources: AWS IAM User Guide, "How to use an external ID when granting access
to your AWS resources to a third party" and "IAM JSON policy elements"; Tavus guide, Conversation Recordings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

TAVUS_ACCOUNT = "291871421005"
"""The AWS account that writes recordings for Tavus."""

_ACTION = "sts:assumerole"
_KEY = "sts:externalid"


def lets_in(policy: object, external_id: str) -> bool:
    """Say whether the trust policy lets Tavus's account assume the role with this ExternalId.

    A policy that grants it without asking for an ExternalId is refused, since Tavus's guide calls every field of its
    trust policy mandatory. Conditions that cannot be judged here count as not met.
    """  # assumed: external-id
    statements = _many(policy.get("Statement")) if isinstance(policy, Mapping) else []
    applying = [one for one in statements if isinstance(one, Mapping) and _applies(one, external_id)]
    allowed = any(one.get("Effect") == "Allow" and _asks_for_external_id(one) for one in applying)
    return allowed and not any(one.get("Effect") == "Deny" for one in applying)


def _applies(statement: Mapping[str, Any], external_id: str) -> bool:
    return (
        any(_like(str(action).lower(), _ACTION) for action in _many(statement.get("Action")))
        and _names_tavus(statement.get("Principal"))
        and all(_holds(*condition, external_id) for condition in _conditions(statement))
    )


def _names_tavus(principal: object) -> bool:
    accounts = _many(principal.get("AWS")) if isinstance(principal, Mapping) else _many(principal)
    root = rf"\*|{TAVUS_ACCOUNT}|arn:aws[a-z-]*:iam::{TAVUS_ACCOUNT}:root"
    return any(isinstance(account, str) and re.fullmatch(root, account) for account in accounts)


def _conditions(statement: Mapping[str, Any]) -> list[tuple[str, str, list[object]]]:
    """Return the statement's conditions as (operator, key, values)."""
    operators = statement.get("Condition", {})
    if not isinstance(operators, Mapping) or not all(isinstance(keys, Mapping) for keys in operators.values()):
        return [("malformed", "", [])]
    return [(operator, str(key).lower(), _many(values)) for operator, keys in operators.items() for key, values in keys.items()]


def _asks_for_external_id(statement: Mapping[str, Any]) -> bool:
    return any(key == _KEY for _, key, _ in _conditions(statement))


def _holds(operator: str, key: str, values: list[object], external_id: str) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    compare: Mapping[str, Callable[[], bool]] = {
        "StringEquals": lambda: external_id in texts,
        "StringNotEquals": lambda: external_id not in texts,
        "StringEqualsIgnoreCase": lambda: external_id.lower() in [text.lower() for text in texts],
        "StringLike": lambda: any(_like(text, external_id) for text in texts),
        "StringNotLike": lambda: not any(_like(text, external_id) for text in texts),
    }
    return key == _KEY and operator in compare and compare[operator]()


def _like(pattern: str, text: str) -> bool:
    """Match AWS's wildcards: * for any run of characters, ? for one."""
    regex = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _many(value: object) -> list[Any]:
    """Return the list that AWS lets one write as a single value."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
