"""Settings of Pulumi Deployments: what the real `pulumi` sends to Pulumi Cloud."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path

from tests.support.http_server import Answer, Request, serve
from tools.stacks import ROOT, environment

FOLDER = ROOT / "examples" / "deployments"
STACK = "/api/stacks/acme/fleet/prod"
ANSWERS = {
    "/api/user": {"githubLogin": "me", "organizations": [{"githubLogin": "acme"}]},
    "/api/capabilities": {"capabilities": []},
    STACK: {"orgName": "acme", "projectName": "fleet", "stackName": "prod", "version": 1},
}
"""Answers of Pulumi Cloud by path, {} for any other."""


def test_the_script_sends_the_settings(tmp_path: Path) -> None:
    """The command of settings.sh writes what settings.json has, with the key as a secret."""
    sent: list[Request] = []

    def answer(request: Request) -> Answer:
        sent.append(request)
        return Answer(body=ANSWERS.get(request.path.partition("?")[0], {}), headers={"content-type": "application/json"})

    with serve(answer) as url:
        variables = {"PULUMI_BACKEND_URL": url, "PULUMI_ACCESS_TOKEN": "pul-token", "TAVUS_API_KEY": "KEY"}
        done = subprocess.run(
            [FOLDER / "settings.sh", "acme/fleet/prod"],
            cwd=tmp_path,
            env={**os.environ, **environment(tmp_path, "unused"), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    (request,) = [each for each in sent if each.method == "POST"]
    assert request.path == f"{STACK}/deployments/settings"
    content = gzip.decompress(request.content) if request.headers.get("content-encoding") == "gzip" else request.content
    assert without_null(json.loads(content)) == json.loads((FOLDER / "settings.json").read_text())


def without_null(value: object) -> object:
    """Return a document without members that are null, by which the command clears what was set before."""
    if isinstance(value, dict):
        return {name: without_null(each) for name, each in value.items() if each is not None}
    return value
