"""Files of the journal: replaced whole and synced; nothing outside the folder is ever opened, followed or truncated."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from ..api.errors import TavusError

_LONGEST = 1 << 20
"""Bytes of a file that are read at most."""


class Unreadable(TavusError):
    """A file of the journal cannot be read, or holds no intent, so that nobody knows what it was about."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path} cannot be read ({reason})")
        self.path = path


def read_file(path: Path) -> str | None:
    """Return the text of a regular file, None where there is none. Raises Unreadable, also for a link, a pipe or a folder."""
    try:
        opened = _open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unreadable(path, error.strerror) from error
    with os.fdopen(opened, "rb") as file:
        try:
            return file.read(_LONGEST).decode()
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(path, error) from error


def write_file(path: Path, text: str) -> None:
    """Replace a file, synced to the disk; whoever may use the folder may use the file. Raises OSError."""
    is_new = not path.exists()
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", suffix=".new", delete=False) as new:
        try:
            os.fchmod(new.fileno(), path.parent.stat().st_mode & 0o666)
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            Path(new.name).replace(path)
        except BaseException:  # such as a full disk
            with suppress(OSError):
                Path(new.name).unlink()
            raise
    if is_new:  # without this sync, a crash could lose the file; of an older file it only brings back the older text
        _sync(path.parent)


def open_lock(path: Path) -> int:
    """Return a file to lock, which is never truncated. Raises Unreadable for what is no regular file, else OSError."""
    try:
        return _open(path, os.O_RDWR | os.O_CREAT, path.parent.stat().st_mode & 0o666)
    except _NotRegular as error:
        raise Unreadable(path, f"{error.strerror}: remove it") from error


class _NotRegular(OSError):
    """There is something else than a regular file."""


def _open(path: Path, flags: int, mode: int = 0) -> int:
    # Without blocking, since a pipe that nobody writes to would never open.
    try:
        opened = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):  # a link, a folder, a pipe
            raise _NotRegular(error.errno, "no regular file") from error
        raise
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise _NotRegular(0, "no regular file")
    return opened


def try_lock(path: Path) -> int | None:
    """Lock a file for this process alone; return it open, or None where another process has locked it.

    `unlock` removes the file; the system unlocks it where the process ends first. Raises OSError and Unreadable.
    """
    while True:
        opened = open_lock(path)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return None
        # Whoever had it may have removed it meanwhile, and somebody else may have made another one.
        if path.exists() and path.stat().st_ino == os.fstat(opened).st_ino:
            return opened
        os.close(opened)


def unlock(path: Path, opened: int) -> None:
    """Remove a file that `try_lock` locked, and unlock it."""
    with suppress(OSError):
        path.unlink()
    os.close(opened)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
