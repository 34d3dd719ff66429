"""
Random sequences of edits, faults and kills over two stacks, with the real plugin process and a model of the engine's bookkeeping.

A failing sequence is replayed by its seed: `pytest "tests/faults/test_walk.py::test_a_random_walk_loses_nothing[17]"`.
"""

from __future__ import annotations

import os

import pytest

from tavus_provider.sandbox import Sandbox
from tests.faults.books import Tally
from tests.faults.model import ModelStack
from tests.faults.sequences import Sequence
from tests.faults.walking import walk

COUNT = int(os.environ.get("WALKS", "240"))


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_random_walk_loses_nothing(sandbox: Sandbox, tally: Tally, seed: int) -> None:
    """After a calm up, what is active is in the states or named by the journal; after destroy, only what the journal names."""
    walk_of_model(sandbox, tally, seed)


def walk_of_model(sandbox: Sandbox, tally: Tally, seed: int) -> None:
    """Walk with the plugin process and the model of the engine."""
    patience = {"TAVUS_SETTLE_TIMEOUT": "0.4", "TAVUS_RETRY_TIMEOUT": "0.6"}
    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    environment = {**os.environ, **account, **patience}
    walk(sandbox, tally, lambda name: ModelStack(name, environment), Sequence(seed, 8))
