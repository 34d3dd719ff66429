"""The Python environment that a project names in its Pulumi.yaml."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
VIRTUALENV = re.compile(r"""^[^#]*\bvirtualenv["']?: *["']?([^"',}#\n]+)""", re.MULTILINE)
"""The option in block and flow style; a YAML parser is not part of Python."""


def virtualenv(arguments: Sequence[str]) -> Path | None:
    """Return the folder of the environment that the project of a command names, None where it names none."""
    start = _working_folder(arguments).absolute()
    for folder, name in itertools.product((start, *start.parents), PROJECT_FILES):
        if (folder / name).is_file():
            named = VIRTUALENV.search((folder / name).read_text(errors="replace"))
            return folder / named[1].strip() if named else None
    return None


def _working_folder(arguments: Sequence[str]) -> Path:
    """Return the folder of the options ``--cwd`` and ``-C``, by default the current one."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if argument in ("--cwd", "-C"):
            return Path(following)
        if named := re.fullmatch(r"(?:--cwd=|-C=?)(.+)", argument):
            return Path(named[1])
    return Path()
