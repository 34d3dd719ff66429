"""
The intent journal: what is about to be created, written down before it is asked for.

A create that is killed leaves nothing in the stack's state, although the thing may exist and be billed. So each create first
writes a small file, readable by people and free of secrets, and adds the id once it knows it. Whatever later shows that the
state knows the id removes the file. A create that finds a file of its own resource knows that it was begun before.

One file for each resource, in the user's state folder or in TAVUS_STATE_DIR, replaced whole and synced, so that many processes
can write at once and a crash leaves either the old or the new text.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Intent:
    """
    A creation that was begun.

    resource: the URN. base_url: where, the address of Tavus, or "aws:" and the account. name: what the thing is called there;
    unique: we chose it, and it is nobody else's. persona_id, replica_id: "" where none was given. inputs: digest of what was
    asked for. began: seconds since 1970. id: "" until the answer came. kind: what is created. region: that of a bucket or role,
    else "".
    """

    resource: str
    base_url: str
    name: str
    unique: bool
    persona_id: str
    replica_id: str
    inputs: str
    began: float
    id: str = ""
    kind: str = "conversation"
    region: str = ""


class Journal:
    """The intents on this machine. Where the folder cannot be written, `begin` says so and the rest does nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder()

    def find(self, resource: str, base_url: str) -> Intent | None:
        """Return what was begun for a resource and is not known to be in the state."""
        return _read(self._path(resource, base_url)) if resource else None

    def begin(self, intent: Intent) -> None:
        """Write an intent of a resource, synced to the disk. Raises OSError where that cannot be done."""
        if not intent.resource:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(self._path(intent.resource, intent.base_url), json.dumps(asdict(intent), indent=1, ensure_ascii=False))

    def complete(self, intent: Intent, id_: str) -> None:
        """Add the id that the creation gave."""
        with suppress(OSError):
            self.begin(replace(intent, id=id_))

    def known(self, resource: str, base_url: str, id_: str) -> None:
        """Take note that the state knows `id_` of a resource: what was begun with it is done."""
        path = self._path(resource, base_url)
        found = _read(path)
        if found and found.id == id_:
            with suppress(OSError):
                path.unlink()

    def forget(self, intent: Intent) -> None:
        """Remove an intent that came to nothing."""
        with suppress(OSError):
            self._path(intent.resource, intent.base_url).unlink()

    def intents(self) -> Iterator[Intent]:
        """Yield every intent there is."""
        for path in sorted(self.folder.glob("*.json")):
            found = _read(path)
            if found:
                yield found

    @contextmanager
    def claiming(self) -> Iterator[None]:
        """Keep other processes from claiming a conversation while this one decides which is its own."""
        with ExitStack() as stack:
            with suppress(OSError):
                lock = stack.enter_context((self.folder / "lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def path(self, intent: Intent) -> Path:
        """Return the file of an intent."""
        return self._path(intent.resource, intent.base_url)

    def _path(self, resource: str, base_url: str) -> Path:
        name = hashlib.sha256(f"{base_url}\n{resource}".encode()).hexdigest()[:24]
        return self.folder / f"{name}.json"


def digest(inputs: object) -> str:
    """Return what inputs can be compared by without being kept: they may hold what nobody else should read."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def _default_folder() -> Path:
    given = os.environ.get("TAVUS_STATE_DIR")
    return (Path(given) if given else platformdirs.user_state_path("tavus-provider")) / "intents"


def _read(path: Path) -> Intent | None:
    """Read an intent; a file that is none, or of a later version, is left alone."""
    try:
        return Intent(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", suffix=".new", delete=False) as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
