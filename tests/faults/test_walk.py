"""Random sequences of edits, faults and kills over two stacks, with the real plugin process and a model of the engine.

A failing sequence is replayed by its seed: `pytest "tests/faults/test_walk.py::test_a_random_walk_loses_nothing[17]"`.
"""

from __future__ import annotations

import os

import pytest

from tavus_provider.sandbox import Sandbox
from tests.faults.model_stack import ModelStack
from tests.faults.sequences import Sequence
from tests.faults.tally import Tally
from tests.faults.walk import walk
from tests.support.plugin_process import PLUGINS

COUNT = int(os.environ.get("WALKS", "240"))


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_random_walk_loses_nothing(sandbox: Sandbox, tally: Tally, plugin: str, seed: int) -> None:
    """After a calm up, states or journal have every active conversation; after destroy, only the journal has any."""
    walk_model(sandbox, tally, plugin, seed)


def walk_model(sandbox: Sandbox, tally: Tally, plugin: str, seed: int) -> None:
    """Walk with the plugin process and the model of the engine."""
    patience = {"TAVUS_SETTLE_TIMEOUT": "0.4", "TAVUS_RETRY_TIMEOUT": "0.6"}
    account = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url}
    environment = {**os.environ, **account, **patience}
    walk(sandbox, tally, lambda name: ModelStack(name, environment, PLUGINS[plugin]), Sequence(seed, 8))
