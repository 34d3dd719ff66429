"""The random sequences of test_walk.py on the real engine, which shows that the model behaves like it.

WALKS_ON_ENGINE says how many, 60 by default.

A failing sequence is replayed by its seed: `pytest "tests/faults/test_walk_engine.py::test_a_random_walk_loses_nothing[17]"`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.faults.engine_stack import EngineStack
from tests.faults.sequences import Sequence
from tests.faults.tally import Tally
from tests.faults.walk import walk
from tests.real_engine.stack import Stack

COUNT = int(os.environ.get("WALKS_ON_ENGINE", "60"))


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_random_walk_loses_nothing(
    sandbox: Sandbox, tally: Tally, new_stack: Callable[..., Stack], tmp_path: Path, seed: int
) -> None:
    """After a calm up, states or journal have every active conversation; after destroy, only the journal has any."""

    def make(name: str) -> EngineStack:
        project = tmp_path / name
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        stack: Stack = new_stack(sandbox, name, project)
        stack.environment.update(TAVUS_SETTLE_TIMEOUT="0.4", TAVUS_RETRY_TIMEOUT="0.6")
        return EngineStack(stack)

    walk(sandbox, tally, make, Sequence(seed, 4))
