"""Command `tavus-provider doctor`: check what a `pulumi up` needs, and say what to do about what is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from ..dynamic.terminal import leave_terminal
from .checks import Finding, Setup, Status, check_all
from .completion import stack_option
from .terminal import cwd_option, format_table, notify, to_one_line


@click.command()
@stack_option("Stack whose configuration has key and AWS settings; repeatable.")
@cwd_option
@click.option("--persona", metavar="ID", default="", help="Persona that a program uses.")
@click.option(
    "--storage", metavar="NAME", default="recordings", show_default=True, help="Name of the RecordingStorage in a program."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(stacks: tuple[str, ...], cwd: Path, persona: str, storage: str, as_json: bool) -> None:
    """Check what a `pulumi up` needs; nothing is changed.

    SDK and engine, the backend and its stacks, the key and what it sees, AWS credentials and their permissions as IAM simulates
    them, and what interrupted runs left. Exits with 1 if there is a problem; what is skipped is none.
    """
    leave_terminal()  # a profile's credential_process may ask for something
    found = check_all(Setup(cwd, stacks, persona, storage))
    notify(*(_to_json(found) if as_json else _to_table(found)))
    if any(each.status == Status.PROBLEM for each in found):
        sys.exit(1)


def _to_json(found: Sequence[Finding]) -> list[str]:
    return json.dumps({"checks": [asdict(each) for each in found]}, indent=2).splitlines()


def _to_table(found: Sequence[Finding]) -> list[str]:
    return format_table(("CHECK", "RESULT", "FOUND"), [(each.subject, each.status, to_one_line(each.message)) for each in found])
