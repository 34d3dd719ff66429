"""Command `tavus-provider doctor`: check what a `pulumi up` needs, and say what to do about what is missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ..dynamic.terminal import leave_terminal
from .checks import CHECKS, Finding, Setup, Status, run_check
from .completion import stack_option
from .terminal import cwd_option, format_examples, format_table, json_option, notify, print_json, to_one_line, track


@click.command(
    epilog=format_examples(
        "doctor",
        {
            "": "check the environment and the project in this folder",
            "--stack dev --persona p1234567": "with the settings of a stack, and this persona",
        },
    )
)
@stack_option("Stack whose configuration has key and AWS settings; repeatable.")
@cwd_option
@click.option("--persona", metavar="ID", default="", help="Persona that a program uses.")
@click.option(
    "--storage", metavar="NAME", default="recordings", show_default=True, help="Name of the RecordingStorage in a program."
)
@json_option
def doctor(stacks: tuple[str, ...], cwd: Path, persona: str, storage: str, as_json: bool) -> None:
    """Check what a `pulumi up` needs; nothing is changed.

    SDK and engine, the backend and its stacks, the key and what it sees, AWS credentials and their permissions as IAM simulates
    them, and what interrupted runs left. Exits with 1 if there is a problem; what is skipped is none.
    """
    leave_terminal()  # a profile's credential_process may ask for something
    setup = Setup(cwd, stacks, persona, storage)
    with track(CHECKS.items(), "Checking", len(CHECKS)) as checks:
        found = [run_check(subject, check, setup) for subject, check in checks]
    if as_json:
        print_json({"checks": [asdict(each) for each in found]})
    else:
        notify(*_to_table(found))
    if any(each.status == Status.PROBLEM for each in found):
        sys.exit(1)


def _to_table(found: Sequence[Finding]) -> list[str]:
    return format_table(("CHECK", "RESULT", "FOUND"), [(each.subject, each.status, to_one_line(each.message)) for each in found])
