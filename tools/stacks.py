"""Real engine for the demonstration, the benchmarks and the tests: its folder, and an environment that keeps it to one folder."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


@functools.cache
def engine() -> Path:
    """Return the folder of the real engine; get the engine first if there is none."""
    found = subprocess.run([sys.executable, ROOT / "tools/pulumi/get.py"], stdout=subprocess.PIPE, text=True, check=True)
    return Path(found.stdout.strip())


def pulumi() -> str:
    """Return the real `pulumi`."""
    return str(engine() / "pulumi")


def environment(state: Path, passphrase: str) -> dict[str, str]:
    """Return variables that point `pulumi` to this Python, to a state and a home in the folder `state`, and to no network."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), str(engine()), os.environ.get("PATH", "")]),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": passphrase,
        "PULUMI_HOME": str(state / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Otherwise the engine looks on the internet for the plugin of each Pulumi package that happens to be installed.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "NO_COLOR": "1",
    }
