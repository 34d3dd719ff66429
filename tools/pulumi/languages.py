#!/usr/bin/env python3
"""Build what programs in TypeScript and Go need beside the engine: languages.py SCHEMA HOSTS SDKS.

The folder HOSTS gets Pulumi's hosts for both languages, which the official download has too. The folder SDKS gets the SDKs of the
package that the file SCHEMA describes. The hosts are the last that can be built from tagged Go modules.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from gobuild import HERE, build_module, find_go, go_environment, pinned
from steps import Unavailable, notify, run

HOSTS = {"nodejs": "Pulumi's host for TypeScript", "golang": "Pulumi's host for Go"}
SDKS = ("nodejs", "go")
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


def main() -> None:
    """Run the command line."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    schema, hosts, sdks = (Path(each).absolute() for each in sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="tavus-languages-") as work:
        try:
            go = find_go(Path(work))
            for module, what in HOSTS.items():
                build_module(go, module, what, hosts)
            write_sdks(go, schema, sdks)
        except Unavailable as refusal:
            notify(str(refusal))
            sys.exit(1)


if __name__ == "__main__":
    main()
