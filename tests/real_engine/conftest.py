"""Stacks on the real engine, pointed to a local Tavus and a local AWS."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tavus_provider.sandbox import Sandbox
from tests.real_engine.stack import Stack
from tools.stacks import ROOT


def copy_project(source: Path, folder: Path) -> Path:
    """Copy a project's two files into the new `folder`, as a user would have them."""
    folder.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(source / name, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def copy_example(name: str, folder: Path) -> Path:
    """Copy an example with all of its files into the new `folder`."""
    shutil.copytree(ROOT / "examples" / name, folder)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="session")
def initialized_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Return a function that returns what `pulumi stack init` leaves of a project and a stack; it runs once for each of them."""

    @functools.cache
    def make(project: str, name: str) -> Path:
        folder = tmp_path_factory.mktemp("initialized_project")
        (folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        return Stack(folder, folder / "state", name=name).init().project

    return make


@pytest.fixture
def new_stack(tmp_path: Path, plugin: str, initialized_project: Callable[[str, str], Path]) -> Callable[..., Stack]:
    """Return a function that creates a stack of an empty project, or of the one in `project`."""

    def make(sandbox: Sandbox, name: str = "dev", project: Path | None = None) -> Stack:
        environment = {
            "TAVUS_API_KEY": sandbox.key,
            "TAVUS_BASE_URL": sandbox.url,
            "TAVUS_ROLE_TIMEOUT": "5",
            "TAVUS_PLUGIN": plugin,
        }
        stack = Stack(project or tmp_path / "project", tmp_path / "state", environment, name)
        if (stack.project / f"Pulumi.{name}.yaml").exists():
            return stack.init()  # it adds to the settings that the project has for this stack
        if project is None:
            stack.project.mkdir(exist_ok=True)
            stack.program("")
        initial = initialized_project(yaml.safe_load((stack.project / "Pulumi.yaml").read_text())["name"], name)
        shutil.copytree(initial / "state", stack.state, dirs_exist_ok=True)
        shutil.copy(initial / f"Pulumi.{name}.yaml", stack.project)
        return stack

    return make


@pytest.fixture
def stack(sandbox: Sandbox, new_stack: Callable[..., Stack]) -> Stack:
    """Return a stack of an empty project, pointed to the sandbox."""
    return new_stack(sandbox)
