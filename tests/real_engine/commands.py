"""Commands of tavus-provider, run beside a stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.real_engine.stack import Stack
from tools.stacks import engine


def run_conversations(stack: Stack, *args: str, code: int = 0, cwd: Path | None = None, passphrase: str = "") -> str:
    """Run `tavus-provider conversations ARGS` beside a stack; return what it printed."""
    settings = {
        **stack.environment,
        "PATH": f"{engine()}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": stack.environment.get("PULUMI_BACKEND_URL", f"file://{stack.state}"),
        "PULUMI_HOME": str(stack.state / "home"),
        **({"PULUMI_CONFIG_PASSPHRASE": passphrase} if passphrase else {}),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from tavus_provider.cli import main; main()", "conversations", *args],
        cwd=cwd or stack.project,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def list_orphans(stack: Stack, *args: str) -> dict[str, tuple[str, str | None]]:
    """Return the orphans by id, each with its kind and resource."""
    found = json.loads(run_conversations(stack, "--orphans", "--json", *args))["conversations"]
    return {each["conversation_id"]: (each["kind"], each["resource"]) for each in found}
