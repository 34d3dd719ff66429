"""Group 3: a bucket and a role, created and deleted by the engine and by bare boto3 calls in sequence, which keep no state."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .local import SCRIPTS, LocalAws, local_aws
from .options import Options
from .processes import run
from .samples import Sample
from .stacks import Workspace

DELAYS = (0.0, 0.05)
"""Seconds that each call of AWS takes longer."""
_STEPS = {"up": "open", "no-op up": "", "destroy": "end"}
"""What the script is asked for each command; it cannot see whether there is anything to do."""


def measure(workspace: Workspace, options: Options, round_: int) -> Iterator[Sample]:
    """Create and delete the storage by each means."""
    for delay in DELAYS:
        with local_aws(delay, workspace.folder / "aws.log") as aws:
            for kind in ("null storage", "storage"):
                yield from _by_engine(workspace, aws, kind, delay)
            yield from _by_script(workspace, aws, delay)


def _by_engine(workspace: Workspace, aws: LocalAws, kind: str, delay: float) -> Iterator[Sample]:
    stack = workspace.stack(kind)
    stack.declare(1)
    for what in _STEPS:
        before = aws.calls()
        used = stack.run(what, AWS_ENDPOINT_URL=aws.url)
        yield Sample("storage", what, kind, 1, delay, values={"seconds": used.seconds, "calls": aws.calls() - before})


def _by_script(workspace: Workspace, aws: LocalAws, delay: float) -> Iterator[Sample]:
    for what, asked in _STEPS.items():
        if asked:
            before = aws.calls()
            command: list[str | Path] = [sys.executable, SCRIPTS / "boto3_script.py", asked]
            used = run(command, {**workspace.environment, "AWS_ENDPOINT_URL": aws.url})
            yield Sample("storage", what, "boto3", 1, delay, values={"seconds": used.seconds, "calls": aws.calls() - before})
