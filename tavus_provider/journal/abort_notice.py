"""Abort notice: which creates were in flight when a run was aborted, and how to find what they created.

After a second Ctrl-C Pulumi records nothing more, tells its plugin processes to end, and kills them some seconds later; what they
print until then is still shown. Source: Pulumi's command line ("^C received; terminating"), as measured with 3.259.
"""

from __future__ import annotations

from ..api.notices import notify
from .intent import Intent
from .run import Run


def notify_aborted(run: Run) -> None:
    """Name each create that is still in flight."""
    for intent in run.intents_in_flight():
        notify(_describe(intent))


def _describe(intent: Intent) -> str:
    if intent.kind != "conversation":
        return f"aborted while {intent.kind} {intent.name!r} was being created: the next `pulumi up` completes it"
    return (
        f"aborted while conversation {intent.name!r} was being created: it may be active and billed; the next `pulumi up` takes "
        "it over, and `tavus-provider conversations --orphans` shows it"
    )
