"""Command `tavus-provider export`: writes the program for what exists at Tavus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..dynamic.terminal import leave_terminal
from ..journal.run import Run
from .comparison.account_view import AccountView
from .completion import stack_option
from .terminal import cwd_option, notify, report_errors, track

if TYPE_CHECKING:
    from ..export.program import Program


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--kind", default="persona", show_default=True, help="What the ids are of, such as deployment or document.")
@click.option("--all", "everything", is_flag=True, help="Export all objects of the account that are not Tavus's own.")
@stack_option("Stack whose configuration has the account's key.")
@cwd_option
def export(ids: tuple[str, ...], kind: str, everything: bool, stacks: tuple[str, ...], cwd: Path) -> None:
    """Write the Python program that adopts what exists at Tavus.

    It has the objects with these ids, and those of the account that they refer to. `pulumi up` of it writes nothing at Tavus.
    Secrets are configuration keys: the commands that set them are printed on stderr.
    """
    if bool(ids) == everything:
        raise click.UsageError("give ids, or --all")
    leave_terminal()
    with report_errors():
        program = _write_program(AccountView.load(cwd, stacks), ids, kind, everything)
        notify(*program.render().rstrip("\n").split("\n"))
    if program.keys:
        commands = [f"  pulumi config set --secret {key} VALUE" for key in program.keys]
        notify("Set the secrets before `pulumi up`:", *commands, err=True)


def _write_program(account: AccountView, ids: tuple[str, ...], word: str, everything: bool) -> Program:
    from ..export.kinds import find_kind, find_kinds
    from ..export.program import Program

    kinds = list(find_kinds().values()) if everything else []
    chosen = [(kind, id_) for kind in kinds for id_ in kind.list_own(account.client)]
    program = Program(Run(account.settings), account.client)
    with track(chosen or [(find_kind(word), id_) for id_ in ids], "Reading") as tracked:
        for kind, id_ in tracked:
            program.add(kind, id_)
    return program
