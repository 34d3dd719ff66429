"""Fixtures of contract tests. Tests of the OpenAPI document itself are collected only where the variable OPENAPI names it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tavus_provider.sandbox import Sandbox
from tests.contract.facts import DOCUMENT
from tests.contract.inputs import reset

collect_ignore = [] if DOCUMENT else ["test_document.py"]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """Run one local Tavus for all tests of a file, since each sends only a few requests."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def tavus(running: Sandbox) -> Sandbox:
    """Return a local Tavus as new, with the documents that conversations are given."""
    reset(running)
    return running
