"""The command `tavus-provider` without the packages of an extra."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Collection
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXTRAS: dict[str, tuple[str, ...]] = {
    "aws": ("pulumi_aws",),
    "cli": ("click", "tabulate"),
    "sandbox": ("jsonpatch", "jsonschema", "starlette", "uvicorn"),
    "local-aws": ("moto",),
}
"""Modules that each extra brings."""

PROGRAM = """
import sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(","), None))  # as if they were not installed
from tavus_provider.cli import main
main()
"""


def run_without(installed: Collection[str], *arguments: str) -> str:
    """Run the command where only these extras are installed; return its errors."""
    missing = [module for extra, modules in EXTRAS.items() if extra not in installed for module in modules]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    line = [sys.executable, "-c", PROGRAM, ",".join(missing), *arguments]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False).stderr


def find_included(extra: str) -> set[str]:
    """Return the extras that pip installs with this one, itself among them."""
    requirements = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"][extra]
    nested = {name for line in requirements for name in re.findall(r"^tavus-provider\[([\w-]+)\]", line)}
    return {extra}.union(*map(find_included, nested))


@pytest.mark.parametrize(
    ("installed", "arguments", "messages"),
    [
        ("aws", ["--version"], 1),
        ("aws", ["sandbox", "--local-aws"], 1),
        ("cli", ["sandbox"], 1),
        ("cli", ["sandbox", "--local-aws"], 1),
        ("sandbox", ["sandbox", "--local-aws"], 1),
        ("local-aws", ["sandbox", "--local-aws"], 0),
    ],
)
def test_a_command_names_once_the_extra_with_all_that_it_needs(installed: str, arguments: list[str], messages: int) -> None:
    """Where packages are missing, the command names on one line one extra, after which it lacks nothing."""
    extras, seen = find_included(installed), []
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that the sandbox ends by itself
        port = [f"--port={taken.getsockname()[1]}"] if "sandbox" in arguments else []
        while (errors := run_without(extras, *arguments, *port)) and "pip install" in errors:
            assert len(errors.splitlines()) == 1
            assert errors not in seen
            seen.append(errors)
            extras |= find_included(errors.partition("[")[2].partition("]")[0])
    assert len(seen) == messages
    assert "cannot listen" in errors if port else errors == ""
