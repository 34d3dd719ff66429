"""The copy of a project in which a test runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tavus_provider.testing.project import copy_project

ROOT = Path(__file__).parents[2]


def test_a_copy_has_the_program_and_no_environment_of_its_own(tmp_path: Path) -> None:
    """The Python that runs the test runs the program; the user's stacks and their secrets stay where they are."""
    source = tmp_path / "source"
    (source / ".venv").mkdir(parents=True)
    (source / "names").mkdir()
    (source / "names" / "data.json").write_text("{}")
    for name in ("Pulumi.yaml", "__main__.py"):
        (source / name).write_text((ROOT / "examples" / "tested" / name).read_text())
    (source / "Pulumi.dev.yaml").write_text("encryptionsalt: v1:xyz\n")
    copy = copy_project(source, tmp_path / "copy")
    assert sorted(str(path.relative_to(copy)) for path in copy.rglob("*")) == [
        *("Pulumi.yaml", "__main__.py", "names", "names/data.json"),
    ]
    settings = yaml.safe_load((copy / "Pulumi.yaml").read_text())
    assert (settings["name"], settings["runtime"]) == ("tested", "python")
    assert "virtualenv" in (source / "Pulumi.yaml").read_text()


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    """The error says what a program can be."""
    with pytest.raises(FileNotFoundError, match="has no Pulumi.yaml: give the folder of a Pulumi project, or a function"):
        copy_project(tmp_path, tmp_path / "copy")
