"""Command group `tavus-provider`."""

from __future__ import annotations

import click

from ..version import __version__
from .completion import completion
from .conversations.command import conversations
from .doctor import doctor
from .export import export
from .recordings import recordings
from .sandbox import sandbox


@click.group(epilog="Exit codes: 0 all was done, 1 something failed or a check found a problem, 2 the command line is wrong.")
@click.version_option(__version__, prog_name="tavus-provider")
def cli() -> None:
    """Help with Tavus conversations beside `pulumi up`.

    Begin with `tavus-provider doctor`, which checks what a `pulumi up` needs.
    """


cli.add_command(completion)
cli.add_command(conversations)
cli.add_command(doctor)
cli.add_command(export)
cli.add_command(recordings)
cli.add_command(sandbox)
