"""A sample of the fault tests that is quick enough to run each time: a few walks, and one row of the matrix."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox
from tests.faults.books import Tally
from tests.faults.test_matrix import COMMANDS, Cells, meet
from tests.faults.test_walk import walk_of_model
from tests.real_engine.stack import Stack


@pytest.mark.parametrize("seed", [1, 10, 26])
def test_a_random_walk_loses_nothing(sandbox: Sandbox, tally: Tally, seed: int) -> None:
    """See test_walk.py."""
    walk_of_model(sandbox, tally, seed)


def test_a_create_whose_answer_is_lost_is_made_good_by_the_next_command(sandbox: Sandbox, stack: Stack, tally: Tally) -> None:
    """See test_matrix.py."""
    meet(Cells(sandbox, stack, "after"), tally, COMMANDS["create"], "create", 1)
