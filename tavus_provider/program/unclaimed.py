"""Notices at the end of a program: what interrupted runs created for resources that it no longer declares."""

from __future__ import annotations

from ..api.notices import notify
from ..journal.backend import backend_address
from ..journal.intent import Intent
from ..journal.journal import Journal
from ..journal.recovery_names import unify
from ..journal.run import Run

_OR_FAILED = " (or the program failed before it was)"  # the end of a program does not tell whether it failed


def notify_unclaimed(run: Run, stack_prefix: str) -> None:
    """Name what was created for resources of this stack that the program did not declare."""
    run.journal.prune()
    for intent in run.journal.intents():
        is_ours = intent.resource.startswith(stack_prefix) and intent.backend == backend_address()
        if is_ours and unify(intent.resource) not in run.declared:
            notify(_describe(intent, run.journal))


def _describe(intent: Intent, journal: Journal) -> str:
    what = f"{intent.kind} {intent.name!r}" + (f" ({intent.id})" if intent.id not in ("", intent.name) else "")
    if intent.kind != "conversation":
        return (
            f"{what} was created for {intent.resource}, which is not declared any more{_OR_FAILED}; unless a stack has it or "
            f"this run deletes it, delete it by hand, and then {journal.path(intent)}"
        )
    return (
        f"{what} was created for {intent.resource}, which is not declared any more{_OR_FAILED}; unless this run ends it, end it "
        "with `tavus-provider conversations --orphans --end`, which leaves alone what a stack has"
    )
