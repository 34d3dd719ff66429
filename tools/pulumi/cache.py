"""Cache of the engine in a folder of the user, shared by all checkouts; a copy is complete or does not exist."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from check import PROGRAMS, check
from gobuild import HERE, RECIPE, pinned
from steps import Unavailable, notify


def cached() -> Path:
    """Return the folder of the engine in the cache. Raises Unavailable if there is none, or if it has changed."""
    folder = _folder()
    # Sizes are compared, because asking ``pulumi version`` again would cost each call a tenth of a second.
    with contextlib.suppress(OSError, ValueError):
        if json.loads((folder / "sizes.json").read_text()) == _sizes(folder):
            return folder
    raise Unavailable(f"{folder} is {'damaged' if folder.exists() else 'not there yet'}")


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Let one process at a time fill the cache, and remove the leftovers of a killed one."""
    place = _folder().parent
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            notify("another process is getting the engine: waiting for it ...")
            started = time.monotonic()
            fcntl.flock(lock, fcntl.LOCK_EX)
            notify(f"waited {time.monotonic() - started:.1f} s")
        for leftover in place.glob("part-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def keep(make: Callable[[Path], Path]) -> Path:
    """Let ``make`` fill a work folder, check the engine that it returns, and move it into the cache. Call it within ``locked``.

    Raises Unavailable if the engine cannot be made or does not work.
    """
    folder = _folder()
    with tempfile.TemporaryDirectory(prefix="part-", dir=folder.parent, ignore_cleanup_errors=True) as work:
        engine = make(Path(work))
        check(engine)
        (engine / "sizes.json").write_text(json.dumps(_sizes(engine)))
        if folder.exists():
            folder.rename(Path(work) / "replaced")
        engine.rename(folder)
    return folder


def _folder() -> Path:
    machine = f"{os.uname().sysname} {os.uname().machine}".encode()
    digest = hashlib.sha256(b"".join([machine, *((HERE / name).read_bytes() for name in RECIPE)]))
    return _user_cache() / "tavus-provider/pulumi" / f"{pinned('engine')}-{digest.hexdigest()[:12]}"


def _user_cache() -> Path:
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if configured.is_absolute():
        return configured
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _sizes(folder: Path) -> dict[str, int]:
    """Return the size in bytes of each executable program; raises OSError if a program is missing."""
    files = {program: (folder / program).stat() for program in PROGRAMS}
    return {program: file.st_size for program, file in files.items() if file.st_mode & 0o100}
