"""Rooms on demand: each is a stack of its own, whose name tells when its time is over."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from pulumi import automation as auto

FOLDER = str(Path(__file__).parent)
_NAME = re.compile(r"room-(\d+)-[0-9a-f]{6}")
_SUMMARIES = ("error: update failed", "error: an unhandled error occurred", "error: Resource monitor has terminated")


class RoomError(Exception):
    """Reason for which an operation failed, in one line, and the HTTP status that fits."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class Room(TypedDict):
    """A room: the name of its stack, its address, and the time of its end in seconds since 1970."""

    name: str
    url: str
    ends_at: int


class Rooms:
    """The rooms of a persona. Every method may be called from several threads, and raises RoomError."""

    def __init__(self, persona_id: str) -> None:
        self._persona_id = persona_id
        self._busy = set[str]()
        self._lock = threading.Lock()

    def create(self, seconds: int) -> Room:
        """Create a room that ends after so many seconds. Where that fails, nothing is left of it."""
        ends_at = int(time.time()) + seconds
        name = f"room-{ends_at}-{secrets.token_hex(3)}"
        with self._only_operation(name), _one_line(name):
            stack = auto.create_stack(name, work_dir=FOLDER)
            try:
                settings = {"persona_id": self._persona_id, "max_call_duration": str(seconds)}
                stack.set_all_config({key: auto.ConfigValue(value) for key, value in settings.items()})
                outputs = stack.up().outputs
            except auto.CommandError:
                stack.destroy(remove=True)
                raise
        return {"name": name, "url": outputs["conversation_url"].value, "ends_at": ends_at}

    def list_names(self) -> list[str]:
        """Return the names of all rooms, also of those that an earlier process of the service created."""
        with _one_line():
            stacks = auto.LocalWorkspace(work_dir=FOLDER).list_stacks()
        return [stack.name for stack in stacks if _NAME.fullmatch(stack.name)]

    def delete(self, name: str) -> None:
        """End the call of a room, and remove its stack."""
        if not _NAME.fullmatch(name):
            raise RoomError(f"there is no room {name!r}", 404)
        with self._only_operation(name), _one_line(name):
            auto.select_stack(name, work_dir=FOLDER).destroy(remove=True)

    def sweep(self) -> list[str]:
        """Delete the rooms whose time is over; return the errors. What fails is tried again by the next sweep."""
        errors = []
        for name in self.list_names():
            try:
                if _ends_at(name) <= time.time():
                    self.delete(name)
            except RoomError as error:
                errors.append(f"{name}: {error}")
        return errors

    @contextmanager
    def _only_operation(self, name: str) -> Iterator[None]:
        """Refuse a second operation on a room while one is going on; between processes, Pulumi's own lock does."""
        with self._lock:
            if name in self._busy:
                raise RoomError(f"another operation on {name} is going on", 409)
            self._busy.add(name)
        try:
            yield
        finally:
            self._busy.discard(name)


def _ends_at(name: str) -> int:
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else 0


@contextmanager
def _one_line(name: str = "") -> Iterator[None]:
    """Turn an error of Pulumi, which has all that it printed, into the line that says why."""
    try:
        yield
    except auto.StackNotFoundError:
        raise RoomError(f"there is no room {name!r}", 404) from None
    except auto.ConcurrentUpdateError:
        reason = f"another process is working on {name}; if it was killed, run pulumi cancel --yes {name}"
        raise RoomError(reason, 409) from None
    except auto.CommandError as error:
        lines = [line.strip() for line in str(error).splitlines()]
        reasons = [line for line in lines if line.startswith("error: ") and not line.startswith(_SUMMARIES)]
        raise RoomError((reasons or ["error: Pulumi does not say why"])[0].removeprefix("error: "), 502) from None
