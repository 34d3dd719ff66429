"""Completion by the shell: the command `tavus-provider completion`, and the names of stacks.

Source: Click documentation, "Shell Completion".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class

from .comparison.stacks import PulumiError, Stacks
from .terminal import notify

Command = TypeVar("Command", bound=Callable[..., Any])
_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and stacks in a shell.

    \b
    bash, in ~/.bashrc:  eval "$(tavus-provider completion bash)"
    zsh, in ~/.zshrc:    eval "$(tavus-provider completion zsh)"
    fish:                tavus-provider completion fish > ~/.config/fish/completions/tavus-provider.fish
    """  # noqa: D301  # click keeps the lines after this character as they are
    group = context.find_root()
    kind = cast("type[ShellComplete]", get_completion_class(shell))  # click knows these three
    notify(*kind(group.command, {}, "tavus-provider", "_TAVUS_PROVIDER_COMPLETE").source().splitlines())


def complete_stacks(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the stacks of the project in the folder of --cwd; none where Pulumi cannot tell."""
    try:
        names = Stacks(Path(context.params.get("cwd") or ".").absolute()).list_of_project()
    except PulumiError:
        return []
    short = (name.rpartition("/")[2] for name in names)
    return [CompletionItem(name) for name in short if name.startswith(incomplete)]


def stack_option(help_text: str) -> Callable[[Command], Command]:
    """Return the option --stack, which can be given several times."""
    return click.option("--stack", "stacks", metavar="NAME", multiple=True, help=help_text, shell_complete=complete_stacks)
