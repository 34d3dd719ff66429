"""Workflows for continuous integration: the project's own, and those that users copy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = [*sorted(ROOT.glob(".github/workflows/*.yml")), ROOT / "examples/ci/github.yml"]
GITLAB = [ROOT / "examples/ci/gitlab.yml"]
OURS = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())


@pytest.mark.parametrize(
    ("kind", "path"), [*(("github-workflows", each) for each in GITHUB), *(("gitlab-ci", each) for each in GITLAB)]
)
def test_a_workflow_has_the_form_that_its_service_asks_for(kind: str, path: Path) -> None:
    """Each file is what the service's own schema describes."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_form_is_checked(tmp_path: Path) -> None:
    """The schema refuses a job without a machine."""
    path = tmp_path / "broken.yml"
    path.write_text("name: broken\non: push\njobs:\n  test:\n    steps: []\n")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_the_project_tests_every_python_that_it_names() -> None:
    """The matrix has the versions of the classifiers and those that may come next, and runs the command of the README."""
    job = OURS["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert job["steps"][-1] == {"run": "make test"}


def test_the_website_is_built_and_can_be_downloaded() -> None:
    """One job runs the command of CONTRIBUTING.md, and keeps the folder that it names."""
    *_, build, upload = OURS["jobs"]["site"]["steps"]
    assert build == {"run": "make site"}
    assert upload["with"]["path"] == "build/site"


@pytest.mark.parametrize("path", [ROOT / "examples/ci/github.yml", *GITLAB])
def test_the_sweep_fails_when_a_conversation_is_left(path: Path, tmp_path: Path) -> None:
    """An empty list passes and any other fails; no run that may create a call is cancelled by another."""
    text = path.read_text()
    assert "cancel-in-progress: false" in text or "interruptible: false" in text
    line = next(each.strip() for each in text.splitlines() if "--orphans --json |" in each)
    command = tmp_path / ".venv/bin/tavus-provider"
    command.parent.mkdir(parents=True)
    command.with_name("python").symlink_to(sys.executable)
    left = [{"conversation_id": "c1"}]
    for found, unread, code in (([], [], 0), (left, [], 1), ([], ["prod"], 1)):
        printed = json.dumps({"conversations": found, "unread_stacks": unread})
        command.write_text(f"#!/bin/sh\necho '{printed}'\n")
        command.chmod(0o755)
        assert subprocess.run(["sh", "-c", line], cwd=tmp_path, check=False).returncode == code
