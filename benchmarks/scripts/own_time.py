"""Run a command or a lookup, and write the processor seconds of this process alone: own_time.py FILE lookup|command ARGUMENT...

Processes that a command starts, such as Pulumi's engine, are not counted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main() -> None:
    """Run what the command line says."""
    file, what, *arguments = sys.argv[1:]
    try:
        LOOK_UP[arguments[0]]() if what == "lookup" else run_command(arguments)
    finally:
        Path(file).write_text(str(time.process_time()))


def run_command(arguments: list[str]) -> None:
    """Run tavus-provider."""
    from tavus_provider.cli.main import cli  # noqa: PLC0415  # a lookup does not load it

    cli(arguments)


def list_conversations() -> None:
    """Look up all conversations, as a program does, and print a line for each."""
    from tavus_provider import get_conversations  # noqa: PLC0415  # a command does not load it

    print(*(each.conversation_id for each in get_conversations()), sep="\n")


def find_conversation() -> None:
    """Look up one by its name, for which Tavus has no filter."""
    from tavus_provider import get_conversation  # noqa: PLC0415  # as above

    print(get_conversation(name="call-0").conversation_id)


LOOK_UP = {"all": list_conversations, "name": find_conversation}

if __name__ == "__main__":
    main()
