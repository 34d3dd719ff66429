"""Command group `tavus-provider`."""

from __future__ import annotations

import click

from ..version import __version__
from .conversations import conversations
from .export import export
from .recordings import recordings
from .sandbox import sandbox


@click.group()
@click.version_option(__version__, prog_name="tavus-provider")
def cli() -> None:
    """Help with Tavus conversations beside `pulumi up`."""


cli.add_command(conversations)
cli.add_command(export)
cli.add_command(recordings)
cli.add_command(sandbox)
