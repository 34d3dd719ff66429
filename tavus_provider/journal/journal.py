"""Intent journal: creates that were begun, on the disk.

A create that is killed leaves nothing in the stack's state, although the thing may exist and be billed. So each create first
writes a small file and adds the id once it knows it. Whatever shows later that the state has the id removes the file.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import platformdirs

from .backend import backend_address, engine_address, is_without_stack
from .files import Unreadable, open_lock, read_file, try_lock, unlock, write_file
from .intent import Intent
from .recovery_names import unify

LATEST = ".latest"
"""Note of what was created last for a resource; it goes when a run on this machine ends that."""
DOUBT = ".doubt"
"""Note that calls of an intent may have created more than the state has, whose id it holds: that may show later."""
_INTENT, _ENDING = ".json", ".ending"

_RECENT = 10.0
"""Seconds for which the journal keeps the id of a thing that has a name of the user's, in any case."""
_MONTH = 30 * 86400.0
_LIFETIMES = {**dict.fromkeys((f"*{_ENDING}", f"*{LATEST}", f"*{DOUBT}"), _MONTH), ".*.new": 3600.0}
"""Seconds for which the journal keeps each kind of note; after an hour a file that was to replace another is no process's."""


class Journal:
    """The intents on this machine: one file for each resource, which people can read and which holds no secret.

    folder: by default `intents` in TAVUS_STATE_DIR or in the user's state folder. Where it cannot be written, `begin` raises
    OSError and everything else does nothing. Files are replaced whole and synced, so that many processes can write at once and a
    crash leaves either the old or the new text.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _default_folder(os.environ.get("TAVUS_STATE_DIR"))

    def find(self, resource: str, base_url: str) -> Intent | None:
        """Return the intent of a resource, None where there is none. Raises Unreadable where nobody can tell."""
        return _read(self._path(resource, base_url)) or self._find_renamed(resource, base_url) if resource else None

    def require_access(self) -> None:
        """Raise Unreadable where the folder exists and this user may not look into it, so that no intent can be found."""
        try:
            os.scandir(self.folder).close()
        except PermissionError as error:
            reason = "it belongs to another user: set TAVUS_STATE_DIR to a folder of your own"
            raise Unreadable(self.folder, reason) from error
        except OSError:
            pass  # there is no folder yet

    def set_aside(self, unreadable: Unreadable) -> Path:
        """Give a file that cannot be read another name, under which it disturbs nobody; return that. Raises OSError."""
        aside = unreadable.path.with_suffix(f".unreadable-{time.time_ns()}")
        unreadable.path.rename(aside)
        return aside

    def is_unchanged(self, intent: Intent) -> bool:
        """Tell whether the file of an intent still says the same."""
        return _read_if_possible(self.path(intent)) == intent

    def begin(self, intent: Intent) -> None:
        """Write an intent, synced to the disk; one without a URN cannot be found again and is not written. Raises OSError."""
        if not intent.resource:
            return
        self._write(self.path(intent), intent.to_json())

    def complete(self, intent: Intent, id_: str) -> None:
        """Add the id that the create returned."""
        with suppress(OSError):
            self.begin(replace(intent, id=id_, engine=engine_address()))

    def doubt(self, intent: Intent, kept: str) -> None:
        """Note that calls of an intent may have created more than `kept`, which the state has."""
        with suppress(OSError):
            self._write(self.path(intent).with_suffix(DOUBT), replace(intent, id=kept).to_json())

    def find_note(self, kind: str, resource: str, base_url: str) -> Intent | None:
        """Return the note of a resource: `LATEST` or `DOUBT`; None where there is none that can be read."""
        return _read_if_possible(self._path(resource, base_url).with_suffix(kind)) if resource else None

    def mark_doubtful(self, intent: Intent) -> None:
        """Note that what an intent created may have the inputs of another resource."""
        with suppress(OSError):
            self.begin(replace(intent, inputs=""))

    def clear(self, resource: str, base_url: str, id_: str) -> None:
        """Take the intent of a resource out of those in doubt, since the state has its id `id_`."""
        found = _read_if_possible(self._path(resource, base_url))
        # Another id means that a later create of the same resource is not recorded yet.
        if found and found.id == id_ and not self._identifies(found):
            with suppress(OSError):
                self.path(found).replace(self.path(found).with_suffix(LATEST))

    def find_possible_orphans(self) -> Iterator[Intent]:
        """Yield for each resource its last create, and without an id the lost calls that may have created something beside it."""
        yield from self._read_all(LATEST)
        yield from (replace(each, id="") for each in self._read_all(DOUBT))

    def note_ending(self, resource: str, base_url: str, id_: str) -> None:
        """Note that `id_` of a resource is about to be ended: a run that is killed then leaves it active in the state."""
        with suppress(OSError):
            self._write(self._path(resource, base_url).with_suffix(_ENDING), id_)

    def has_ending_note(self, resource: str, base_url: str, id_: str) -> bool:
        """Tell whether a run began to end `id_` of a resource."""
        try:
            return read_file(self._path(resource, base_url).with_suffix(_ENDING)) == id_
        except Unreadable:
            return False

    def mark_ended(self, resource: str, base_url: str, id_: str) -> None:
        """Remove the intent of a resource whose `id_` was ended or deleted."""
        found = _read_if_possible(self._path(resource, base_url))
        if found and found.id == id_:
            self.forget(found)
        latest = self.find_note(LATEST, resource, base_url)
        if latest and latest.id == id_:
            self.forget(latest, LATEST)

    def forget(self, intent: Intent, kind: str = _INTENT) -> None:
        """Remove an intent, or the note `LATEST` or `DOUBT` of its resource."""
        with suppress(OSError):
            self.path(intent).with_suffix(kind).unlink()

    def prune(self) -> None:
        """Remove notes of endings that every state has learned of by now, and what killed processes were about to write."""
        for pattern, lifetime in _LIFETIMES.items():
            for path in self.folder.glob(pattern):
                with suppress(OSError):
                    if time.time() - path.lstat().st_mtime > lifetime:
                        path.unlink()

    def find_others(self, intent: Intent) -> list[Intent]:
        """Return the intents of other resources at the same place."""
        own = self.path(intent)
        return [each for each in self.intents() if each.base_url == intent.base_url and self.path(each) != own]

    def intents(self) -> Iterator[Intent]:
        """Yield every intent there is."""
        return self._read_all(_INTENT)

    def find_unreadable(self) -> Iterator[Unreadable]:
        """Yield an error for each file that should hold an intent and cannot be read."""
        for path in sorted(self.folder.glob(f"*{_INTENT}")):
            try:
                _read(path)
            except Unreadable as error:
                yield error

    @contextmanager
    def holding(self, resource: str, base_url: str) -> Iterator[bool]:
        """Hold a resource while it is created; yield False where another process on this machine holds it."""
        path = self._path(resource, base_url).with_suffix(".lock")
        if not resource:
            yield True
            return
        try:
            self._make_folder()
            opened = try_lock(path)
        except OSError:  # a folder that cannot be written has no intents either
            yield True
            return
        try:
            yield opened is not None
        finally:
            if opened is not None:
                unlock(path, opened)

    def creating(self) -> AbstractContextManager[None]:
        """Hold off everybody who claims while a create is under way whose id is not written yet; many may create at once."""
        return self._lock(fcntl.LOCK_SH)

    def claiming(self) -> AbstractContextManager[None]:
        """Wait until no create is under way, and hold off creates and claims while it is decided which thing is whose."""
        return self._lock(fcntl.LOCK_EX)

    def path(self, intent: Intent) -> Path:
        """Return the file of an intent."""
        return self._path(intent.resource, intent.base_url, intent.backend)

    def _find_renamed(self, resource: str, base_url: str) -> Intent | None:
        """Return, under the URN of now, the intent of a resource whose stack was renamed since; None unless there is just one."""
        stack, _, rest = unify(resource).partition("::")
        found = [
            each
            for each in self._intents_of_gone_stacks
            if (each.base_url, unify(each.resource).partition("::")[2]) == (base_url, rest)
            and each.resource.partition("::")[0] != stack
            and self.is_unchanged(each)
        ]
        if len(found) != 1:
            return None
        renamed = replace(found[0], resource=resource)
        with suppress(OSError):
            self.begin(renamed)
            self.forget(found[0])
        return renamed

    @functools.cached_property
    def _intents_of_gone_stacks(self) -> list[Intent]:
        """The intents of stacks that this backend has no more; a run makes none, so each create need not read all files."""
        here = backend_address()
        return [each for each in self.intents() if each.backend == here and is_without_stack(here, each.resource)]

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
                lock = open_lock(self.folder / "lock")
                stack.callback(os.close, lock)
                fcntl.flock(lock, how)
            yield

    def _path(self, resource: str, base_url: str, backend: str | None = None) -> Path:
        # A URN does not tell apart two stacks of one name in two backends.
        where = backend_address() if backend is None else backend
        name = hashlib.sha256(f"{base_url}\n{where}\n{unify(resource)}".encode()).hexdigest()[:24]
        return self.folder / f"{name}{_INTENT}"

    def _read_all(self, kind: str) -> Iterator[Intent]:
        return filter(None, map(_read_if_possible, sorted(self.folder.glob(f"*{kind}"))))

    def _write(self, path: Path, text: str) -> None:
        self._make_folder()
        write_file(path, text)

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@functools.cache
def _default_folder(state_folder: str | None) -> Path:
    return (Path(state_folder) if state_folder else platformdirs.user_state_path("tavus-provider")) / "intents"


def _read(path: Path) -> Intent | None:
    """Return the intent in a file, None where there is no file; raises Unreadable."""
    text = read_file(path)
    if text is None:
        return None
    try:
        return Intent.from_json(text)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(path, "it holds no intent" if text.strip() else "it is empty") from error


def _read_if_possible(path: Path) -> Intent | None:
    try:
        return _read(path)
    except Unreadable:
        return None
