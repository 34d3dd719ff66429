"""Command `tavus-provider export`: writes the program for what exists at Tavus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..dynamic.terminal import leave_terminal
from ..journal.run import Run
from .comparison.account_view import AccountView
from .completion import stack_option
from .terminal import cwd_option, format_examples, json_option, notify, print_json, report_errors, track

if TYPE_CHECKING:
    from ..api.client import TavusClient
    from ..export.kinds import Kind
    from ..export.program import Program


@click.command(
    epilog=format_examples(
        "export",
        {
            "p1234567 > __main__.py": "the program that adopts this persona and what it refers to",
            "--kind document --all": "all documents of the account",
        },
    )
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--kind", default="persona", show_default=True, help="What the ids are of, such as deployment or document.")
@click.option("--all", "everything", is_flag=True, help="Export all objects of the account that are not Tavus's own.")
@stack_option("Stack whose configuration has the account's key.")
@cwd_option
@json_option
def export(ids: tuple[str, ...], everything: bool, as_json: bool, cwd: Path, **options: Any) -> None:
    """Write the Python program that adopts what exists at Tavus.

    It has the objects with these ids, and those of the account that they refer to. `pulumi up` of it writes nothing at Tavus.
    Secrets are configuration keys: the commands that set them are printed on stderr.
    """
    if bool(ids) == everything:
        raise click.UsageError("give ids, or --all")
    leave_terminal()
    with report_errors():
        program = _write_program(AccountView.load(cwd, options["stacks"]), ids, options["kind"], everything)
    if as_json:
        print_json({"program": program.render(), "secrets": program.keys})
        return
    notify(*program.render().rstrip("\n").split("\n"))
    if program.keys:
        commands = [f"  pulumi config set --secret {key} VALUE" for key in program.keys]
        notify("Set the secrets before `pulumi up`:", *commands, err=True)


def _write_program(account: AccountView, ids: tuple[str, ...], word: str, everything: bool) -> Program:
    from ..export.kinds import find_kind
    from ..export.program import Program

    chosen = _list_all(account.client) if everything else [(find_kind(word), id_) for id_ in ids]
    program = Program(Run(account.settings), account.client)
    with track(chosen, "Reading", len(chosen)) as remaining:
        for kind, id_ in remaining:
            program.add(kind, id_)
    return program


def _list_all(client: TavusClient) -> list[tuple[Kind, str]]:
    from ..export.kinds import find_kinds

    kinds = find_kinds()
    with track(kinds.values(), "Listing", len(kinds)) as remaining:
        return [(kind, id_) for kind in remaining for id_ in kind.list_own(client)]
