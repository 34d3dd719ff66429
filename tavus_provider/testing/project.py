"""Copy of a Pulumi project, in which a test can run it without touching the original."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import yaml

_LEFT_OUT: Final = (".git", ".venv", "venv", "node_modules", "__pycache__", ".pytest_cache", "Pulumi.*.yaml")
"""What a copy does not have: environments, and the configuration of the user's own stacks."""


def read_project(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return a project's name, and the values that its Pulumi.yaml gives to configuration that a stack does not set.

    Raises FileNotFoundError where there is no Pulumi.yaml. Source: Pulumi docs, "Pulumi.yaml", config.
    """
    settings = _read_settings(folder)
    declared = {key: each if isinstance(each, dict) else {"value": each} for key, each in settings.get("config", {}).items()}
    given = {key: each.get("value", each.get("default")) for key, each in declared.items()}
    return str(settings["name"]), {key: value for key, value in given.items() if value is not None}


def _read_settings(folder: Path) -> dict[str, Any]:
    file = folder / "Pulumi.yaml"
    if not file.is_file():
        raise FileNotFoundError(f"{folder} has no Pulumi.yaml: give the folder of a Pulumi project, or a function")
    settings: dict[str, Any] = yaml.safe_load(file.read_text())
    return settings


def copy_project(source: Path, target: Path) -> Path:
    """Copy a project into the new folder `target`, to be run by the Python that runs the test; return it.

    Raises FileNotFoundError where `source` has no Pulumi.yaml.
    """
    settings = _read_settings(source)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    runtime = settings.get("runtime")
    if isinstance(runtime, dict) and runtime.get("name") == "python":
        # Otherwise the engine would look for the environment that the project names, which is not in the copy.
        settings["runtime"] = "python"
        (target / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
    return target
