"""Projects in TypeScript and Go, ready to run, with their hosts and SDKs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.conftest import initialized_project, new_stack
from tests.real_engine.stack import Stack
from tools.stacks import ROOT, environment

__all__ = ["initialized_project", "new_stack"]

SDK = ROOT / "sdk"
FILES = ("Pulumi.yaml", "index.ts", "package.json", "tsconfig.json", ".npmrc", "main.go", "go.mod", "go.sum")


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the packages of npm that the example in TypeScript names; they are installed once."""
    folder = _copy(ROOT / "examples/recorded-call-typescript", tmp_path_factory.mktemp("npm") / "project")
    # Where this machine has no Node.js, `make sdks` has put one there.
    path = os.pathsep.join([str(ROOT / ".languages"), os.environ["PATH"]])
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "PATH": path})
    return folder / "node_modules"


@pytest.fixture(params=["typescript", "go"])
def language(request: pytest.FixtureRequest) -> str:
    """Return the language of a program."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def open_project(tmp_path: Path, modules: Path, new_stack: Callable[..., Stack]) -> Callable[[Path, Sandbox], Stack]:
    """Return a function that copies a project and returns its stack."""

    def open_copy(source: Path, sandbox: Sandbox) -> Stack:
        folder = _copy(source, tmp_path / "copy")
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / "node_modules").symlink_to(modules)
        stack = new_stack(sandbox, project=folder)
        paths = [str(ROOT / ".languages"), environment(stack.state, "")["PATH"]]
        stack.environment["PATH"] = os.pathsep.join(paths)
        return stack

    return open_copy


def _copy(source: Path, folder: Path) -> Path:
    """Copy a project, which finds the SDKs where they are."""
    folder.mkdir()
    for name in FILES:
        if (source / name).exists():
            shutil.copy(source / name, folder)
    for name, prefix in (("package.json", "file:"), ("go.mod", "=> ")):
        if (folder / name).exists():
            relative = os.path.relpath(SDK, source)
            text = (folder / name).read_text()
            (folder / name).write_text(text.replace(f"{prefix}{relative}", f"{prefix}{SDK}"))
    return folder
