"""Intent journal: creates that were begun, on the disk.

A create that is killed leaves nothing in the stack's state, although the thing may exist and be billed. So each create first
writes a small file and adds the id once it knows it. Whatever shows later that the state has the id removes the file.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import platformdirs

from .backend import backend_address, engine_address
from .intent import Intent

_RECENT = 10.0
"""Seconds for which the journal keeps the id of a thing that has a name of the user's, in any case."""
_NOTE_LIFETIME = 30 * 86400.0
"""Seconds for which the journal keeps a note that something is being ended."""


class Journal:
    """The intents on this machine: one file for each resource, which people can read and which holds no secret.

    folder: by default `intents` in TAVUS_STATE_DIR or in the user's state folder. Where it cannot be written, `begin` raises
    OSError and everything else does nothing. Files are replaced whole and synced, so that many processes can write at once and a
    crash leaves either the old or the new text.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder(os.environ.get("TAVUS_STATE_DIR"))

    def find(self, resource: str, base_url: str) -> Intent | None:
        """Return the intent of a resource, None where there is none."""
        return _read(self._path(resource, base_url)) if resource else None

    def is_unchanged(self, intent: Intent) -> bool:
        """Tell whether the file of an intent still says the same."""
        return _read(self.path(intent)) == intent

    def begin(self, intent: Intent) -> None:
        """Write an intent, synced to the disk; one without a URN cannot be found again and is not written. Raises OSError."""
        if not intent.resource:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(self.path(intent), intent.to_json())

    def complete(self, intent: Intent, id_: str) -> None:
        """Add the id that the create returned."""
        with suppress(OSError):
            self.begin(replace(intent, id=id_, engine=engine_address()))

    def mark_doubtful(self, intent: Intent) -> None:
        """Note that what an intent created may have the inputs of another resource."""
        with suppress(OSError):
            self.begin(replace(intent, inputs=""))

    def clear(self, resource: str, base_url: str, id_: str) -> None:
        """Remove the intent of a resource, since the state has its id `id_`."""
        found = _read(self._path(resource, base_url))
        # Another id means that a later create of the same resource is not recorded yet.
        if found and found.id == id_ and not self._identifies(found):
            self.forget(found)

    def note_ending(self, resource: str, base_url: str, id_: str) -> None:
        """Note that `id_` of a resource is about to be ended: a run that is killed then leaves it active in the state."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(self._note(resource, base_url), id_)

    def has_ending_note(self, resource: str, base_url: str, id_: str) -> bool:
        """Tell whether a run began to end `id_` of a resource."""
        try:
            return self._note(resource, base_url).read_text() == id_
        except OSError:
            return False

    def mark_ended(self, resource: str, base_url: str, id_: str) -> None:
        """Remove the intent of a resource whose `id_` was ended or deleted."""
        found = _read(self._path(resource, base_url))
        if found and found.id == id_:
            self.forget(found)

    def forget(self, intent: Intent) -> None:
        """Remove an intent."""
        with suppress(OSError):
            self.path(intent).unlink()

    def prune(self) -> None:
        """Remove notes of endings that every state has learned of by now."""
        for note in self.folder.glob("*.ending"):
            with suppress(OSError):
                if time.time() - note.stat().st_mtime > _NOTE_LIFETIME:
                    note.unlink()

    def find_others(self, intent: Intent) -> list[Intent]:
        """Return the intents of other resources at the same place."""
        own = self.path(intent)
        return [each for each in self.intents() if each.base_url == intent.base_url and self.path(each) != own]

    def intents(self) -> Iterator[Intent]:
        """Yield every intent there is."""
        for path in sorted(self.folder.glob("*.json")):
            found = _read(path)
            if found:
                yield found

    def creating(self) -> AbstractContextManager[None]:
        """Hold off everybody who claims while a create is under way whose id is not written yet; many may create at once."""
        return self._lock(fcntl.LOCK_SH)

    def claiming(self) -> AbstractContextManager[None]:
        """Wait until no create is under way, and hold off creates and claims while it is decided which thing is whose."""
        return self._lock(fcntl.LOCK_EX)

    def path(self, intent: Intent) -> Path:
        """Return the file of an intent."""
        return self._path(intent.resource, intent.base_url, intent.backend)

    def _identifies(self, recorded: Intent) -> bool:
        """Tell whether others still need the intent of a conversation that the state has, to see that it is taken.

        They do where the user gave its name, and somebody looks for one of that name, or may do so soon: a search also takes what
        is a few seconds older.
        """
        if recorded.unique or recorded.kind != "conversation":
            return False
        with suppress(OSError):
            if time.time() - self.path(recorded).stat().st_mtime < _RECENT:
                return True
        return any(not each.id and (each.name, each.base_url) == (recorded.name, recorded.base_url) for each in self.intents())

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        """Hold the lock of the folder; the system takes it from a process that ends."""
        with ExitStack() as stack:
            with suppress(OSError):
                lock = stack.enter_context((self.folder / "lock").open("w"))
                fcntl.flock(lock, how)
            yield

    def _path(self, resource: str, base_url: str, backend: str | None = None) -> Path:
        # A URN does not tell apart two stacks of one name in two backends.
        where = backend_address() if backend is None else backend
        name = hashlib.sha256(f"{base_url}\n{where}\n{resource}".encode()).hexdigest()[:24]
        return self.folder / f"{name}.json"

    def _note(self, resource: str, base_url: str) -> Path:
        return self._path(resource, base_url).with_suffix(".ending")


@functools.cache
def _default_folder(state_folder: str | None) -> Path:
    return (Path(state_folder) if state_folder else platformdirs.user_state_path("tavus-provider")) / "intents"


def _read(path: Path) -> Intent | None:
    """Read an intent; None for a file that holds none, or one of a later version."""
    try:
        return Intent.from_json(path.read_text())
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _write(path: Path, text: str) -> None:
    is_new = not path.exists()
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", suffix=".new", delete=False) as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(path)
    if is_new:  # without this sync, a crash could lose the file; of an older file it only brings back the older text
        _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
