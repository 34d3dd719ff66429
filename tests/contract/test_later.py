"""Facts that are newer than Tavus's document: each says who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.contract.facts import CONTRACT, Facts, read_later


def sourced(facts: Any, name: str = "") -> Iterator[tuple[str, Facts]]:
    """Yield each later fact with its place: what has no members but values."""
    if isinstance(facts, Mapping) and facts and not any(isinstance(each, Mapping) for each in facts.values()):
        yield name, facts
    for inner, each in facts.items() if isinstance(facts, Mapping) else ():
        yield from sourced(each, f"{name} {inner}".strip())


LATER = dict(sourced(read_later()))


@pytest.mark.parametrize("name", LATER)
def test_a_later_fact_names_its_source(name: str) -> None:
    """Whether the document, a page or a client of Tavus says it, and which."""
    assert str(LATER[name].get("source")).startswith(("document: ", "page: ", "client: "))


def test_later_facts_are_in_the_contract_without_their_sources() -> None:
    """What is compared with the tables and the sandbox is the fact alone."""
    assert (CONTRACT["POST /v2/conversations"].request or {})["policy"] == {"type": "string", "enum": ["eu"]}
