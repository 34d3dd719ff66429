"""IAM policy documents in one canonical form, so that a desired one can be compared with what AWS reports.

Source: AWS IAM User Guide, "IAM JSON policy reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def policy_document(*statements: Document) -> Document:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def canonical(document: Any) -> Any:
    """Return a policy with single-member lists replaced by their member, and other lists of strings sorted.

    AWS reports either spelling, whichever was written.
    """
    if isinstance(document, Mapping):
        return {name: _statements(value) if name == "Statement" else canonical(value) for name, value in document.items()}
    # The order of actions and resources has no meaning.
    if isinstance(document, list) and all(isinstance(item, str) for item in document):
        return document[0] if len(document) == 1 else sorted(document)
    return document


def _statements(value: Any) -> list[Any]:
    return [canonical(each) for each in (value if isinstance(value, list) else [value])]
