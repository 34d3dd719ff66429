"""Facts that are newer than Tavus's document: each says who says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.contract.facts import CONTRACT, Facts, read_later


def sourced(facts: Any, name: str = "") -> Iterator[tuple[str, Facts]]:
    """Yield each later fact with its path: a value without members."""
    if isinstance(facts, Mapping) and facts and not any(isinstance(each, Mapping) for each in facts.values()):
        yield name, facts
    for inner, each in facts.items() if isinstance(facts, Mapping) else ():
        yield from sourced(each, f"{name} {inner}".strip())


LATER = dict(sourced(read_later()))


@pytest.mark.parametrize("name", LATER)
def test_a_later_fact_names_its_source(name: str) -> None:
    """Each later fact names the document, page or client of Tavus that states it."""
    assert str(LATER[name].get("source")).startswith(("document: ", "page: ", "client: "))


def test_later_facts_are_in_the_contract_without_their_sources() -> None:
    """The contract has each later fact without its source."""
    assert (CONTRACT["POST /v2/conversations"].request or {})["policy"] == {"type": "string", "enum": ["eu"]}
