"""Quick sample of the fault tests for each run: a few walks, and one row of the matrix."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.faults.tally import Tally
from tests.faults.test_matrix import COMMANDS, Cells, run_cells
from tests.faults.test_walk import walk_model
from tests.real_engine.stack import Stack
from tests.support.plugin_process import PLUGINS


@pytest.mark.parametrize("seed", [1, 10, 26])
@pytest.mark.parametrize("kind", PLUGINS)
def test_a_random_walk_loses_nothing(sandbox: Sandbox, tally: Tally, kind: str, seed: int) -> None:
    """A walk of test_walk.py loses nothing, with either plugin."""
    walk_model(sandbox, tally, kind, seed)


@pytest.mark.parametrize("kind", PLUGINS)
def test_the_next_command_mends_a_create_whose_answer_was_lost(sandbox: Sandbox, stack: Stack, tally: Tally, kind: str) -> None:
    """A row of the matrix in test_matrix.py passes, with either plugin."""
    stack.environment["TAVUS_PLUGIN"] = kind
    run_cells(Cells(sandbox, stack, "after"), tally, COMMANDS["create"], "create", 1)
