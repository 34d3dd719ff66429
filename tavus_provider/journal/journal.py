"""
The intent journal: what is about to be created, written down before it is asked for.

A create that is killed leaves nothing in the stack's state, although the thing may exist and be billed. So each create first
writes a small file, readable by people and free of secrets, and adds the id once it knows it. Whatever later shows that the
state knows the id removes the file. A create that finds a file of its own resource knows that it was begun before.

Ending is noted as well: a run that is killed after Tavus ended a conversation leaves it in the state as if it were active.

One file for each resource, in the user's state folder or in TAVUS_STATE_DIR, replaced whole and synced, so that many processes
can write at once and a crash leaves either the old or the new text.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import platformdirs

from . import backend as origin

_RECENT = 10.0
"""Seconds for which the id of something that has a name of the user's is kept in any case."""
_LONG_AGO = 30 * 86400.0
"""Seconds for which a note of an ending is kept."""
_known: set[tuple[str, str]] = set()
"""What states have, by address and id, as far as this process has heard; adding is atomic."""


@dataclass(frozen=True)
class Intent:
    """
    A creation that was begun.

    resource: the URN. base_url: where, the address of Tavus, or "aws:" and the account. name: what the thing is called there;
    unique: we chose it, and it is nobody else's. persona_id, replica_id: "" where none was given. inputs: digest of what was
    asked for. began: seconds since 1970. id: "" until the answer came. kind: what is created. region: that of a bucket or role,
    else "". backend, engine: where the stack is kept, and the address of the run that began it (see origin.py).
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
    backend: str = field(default_factory=origin.backend)
    engine: str = field(default_factory=origin.engine_address)

    @property
    def is_in_progress(self) -> bool:
        """Whether the run that began it still goes on, so that the state may learn of it at any moment."""
        return bool(self.engine) and origin.is_listening(self.engine)


class Journal:
    """The intents on this machine. Where the folder cannot be written, `begin` says so and the rest does nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder()

    def find(self, resource: str, base_url: str) -> Intent | None:
        """Return what was begun for a resource and is not known to be in the state."""
        return _read(self._path(resource, base_url)) if resource else None

    def is_unchanged(self, intent: Intent) -> bool:
        """Tell whether an intent is still as it was read."""
        return _read(self.path(intent)) == intent

    def begin(self, intent: Intent) -> None:
        """Write an intent of a resource, synced to the disk. Raises OSError where that cannot be done."""
        if not intent.resource:
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(self.path(intent), json.dumps(vars(intent), indent=1, ensure_ascii=False))

    def complete(self, intent: Intent, id_: str) -> None:
        """Add the id that the creation gave."""
        with suppress(OSError):
            self.begin(replace(intent, id=id_, engine=origin.engine_address()))

    def mark_doubtful(self, intent: Intent) -> None:
        """Take note that what an intent opened may have other inputs than its resource."""
        with suppress(OSError):
            self.begin(replace(intent, inputs=""))

    def mark_recorded(self, resource: str, base_url: str, id_: str) -> None:
        """Take note that the state knows `id_` of a resource: what was begun with it is done."""
        _known.add((base_url, id_))
        found = _read(self._path(resource, base_url))
        if found and found.id == id_ and not self._tells_apart(found):
            self.forget(found)

    def note_ending(self, resource: str, base_url: str, id_: str) -> None:
        """Take note, before it is asked for, that `id_` of a resource is ended: the state may never learn of that."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(self._note(resource, base_url), id_)

    def has_ending_note(self, resource: str, base_url: str, id_: str) -> bool:
        """Tell whether a run began to end `id_` of a resource."""
        try:
            return self._note(resource, base_url).read_text() == id_
        except OSError:
            return False

    def mark_ended(self, resource: str, base_url: str, id_: str) -> None:
        """Take note that `id_` of a resource is over."""
        found = _read(self._path(resource, base_url))
        if found and found.id == id_:
            self.forget(found)

    def forget(self, intent: Intent) -> None:
        """Remove an intent that came to nothing."""
        with suppress(OSError):
            self.path(intent).unlink()

    def _tells_apart(self, known: Intent) -> bool:
        """
        Tell whether others still have to see that something is taken.

        So it is where the user gave its name, and one of that name is being looked for, or may be soon: a search also takes what
        is a few seconds older.
        """
        if known.unique or known.kind != "conversation":
            return False
        with suppress(OSError):
            if time.time() - self.path(known).stat().st_mtime < _RECENT:
                return True
        return any(not each.id and (each.name, each.base_url) == (known.name, known.base_url) for each in self.intents())

    def prune(self) -> None:
        """Remove notes of endings that every state has long learned of."""
        for note in self.folder.glob("*.ending"):
            with suppress(OSError):
                if time.time() - note.stat().st_mtime > _LONG_AGO:
                    note.unlink()

    def find_others(self, intent: Intent) -> list[Intent]:
        """Return what was begun for other resources at the same place."""
        own = self.path(intent)
        return [each for each in self.intents() if each.base_url == intent.base_url and self.path(each) != own]

    def intents(self) -> Iterator[Intent]:
        """Yield every intent there is."""
        for path in sorted(self.folder.glob("*.json")):
            found = _read(path)
            if found:
                yield found

    def creating(self) -> AbstractContextManager[None]:
        """Keep everybody from claiming while a creation is under way whose id is not written yet; many may be at once."""
        return self._locked(fcntl.LOCK_SH)

    def claiming(self) -> AbstractContextManager[None]:
        """Wait until no creation is under way, and keep others from creating and claiming while it is decided whose is what."""
        return self._locked(fcntl.LOCK_EX)

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Hold the lock of the folder; the system takes it from a process that ends."""
        with ExitStack() as stack:
            with suppress(OSError):
                lock = stack.enter_context((self.folder / "lock").open("w"))
                fcntl.flock(lock, how)
            yield

    def path(self, intent: Intent) -> Path:
        """Return the file of an intent."""
        return self._path(intent.resource, intent.base_url, intent.backend)

    def _path(self, resource: str, base_url: str, backend: str | None = None) -> Path:
        where = origin.backend() if backend is None else backend
        name = hashlib.sha256(f"{base_url}\n{where}\n{resource}".encode()).hexdigest()[:24]
        return self.folder / f"{name}.json"

    def _note(self, resource: str, base_url: str) -> Path:
        return self._path(resource, base_url).with_suffix(".ending")


def is_recorded(base_url: str, id_: str) -> bool:
    """Tell whether this process has heard that a state has `id_`: then no interrupted run left it behind."""
    return (base_url, id_) in _known


def digest(inputs: object) -> str:
    """Return what inputs can be compared by without being kept: they may hold what nobody else should read."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def _default_folder() -> Path:
    return _folder(os.environ.get("TAVUS_STATE_DIR"))


@functools.cache
def _folder(given: str | None) -> Path:
    return (Path(given) if given else platformdirs.user_state_path("tavus-provider")) / "intents"


def _read(path: Path) -> Intent | None:
    """Read an intent; a file that is none, or of a later version, is left alone."""
    try:
        return Intent(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _replace(path: Path, text: str) -> None:
    there = path.exists()
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", suffix=".new", delete=False) as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).replace(path)
    if not there:  # else a crash leaves the old text, which is as good
        _sync(path.parent)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
