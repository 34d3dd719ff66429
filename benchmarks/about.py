"""Description of a run: command, machine, versions."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from tools.stacks import pulumi

_PACKAGES = ("pulumi", "httpx", "grpcio", "boto3", "moto", "pip")
"""Packages whose versions matter; the engine's host for Python asks pip for the installed ones at each command."""


def about(command: str) -> dict[str, str]:
    """Return what a reader needs to know to compare: command, date, machine, versions."""
    engine = subprocess.run([pulumi(), "version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "machine": f"{len(os.sched_getaffinity(0))} processors ({_processor()}), {_memory():.0f} GB, {_system()}",
        "versions": f"Python {platform.python_version()}, engine {engine}, {packages}",
    }


def _system() -> str:
    return f"{platform.system()} {platform.release()}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
