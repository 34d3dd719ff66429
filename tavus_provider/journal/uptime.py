"""Time since this machine started, which goes on while it sleeps and which no correction of a clock changes."""

from __future__ import annotations

import functools
import time
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Source: Linux man pages, proc_sys_kernel(5)."""


@functools.cache
def boot_id() -> str:
    """Return what tells this start of the machine from others, "" where the system does not tell."""
    try:
        return _BOOT_ID.read_text().strip() if hasattr(time, "CLOCK_BOOTTIME") else ""
    except OSError:
        return ""


def uptime() -> float:
    """Return seconds since the machine started; 0 where `boot_id` is "". Source: Linux man pages, clock_gettime(2)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if boot_id() else 0.0
