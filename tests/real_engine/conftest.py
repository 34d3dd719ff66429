"""Stacks on the real engine, pointed to a local Tavus and a local AWS."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack


def copy_of(source: Path, folder: Path) -> Path:
    """Copy a project's two files into the new `folder`, as a user would have them."""
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(source / name, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def new_stack(tmp_path: Path) -> Callable[..., Stack]:
    """Return a function that makes a stack of an empty project, or of the one in `project`."""

    def make(sandbox: Sandbox, name: str = "dev", project: Path | None = None) -> Stack:
        folder = project or tmp_path / "project"
        if project is None:
            folder.mkdir(exist_ok=True)
        environment = {"TAVUS_API_KEY": sandbox.key, "TAVUS_BASE_URL": sandbox.url, "TAVUS_ROLE_TIMEOUT": "5"}
        stack = Stack(folder, tmp_path / "state", environment, name)
        if project is None:
            stack.program("")
        return stack.init()

    return make


@pytest.fixture
def stack(sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack of an empty project, pointed to the sandbox."""
    return new_stack(sandbox)
