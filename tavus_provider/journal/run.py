"""A run: what one process of a `pulumi` command knows beside the inputs and outputs of a resource."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..api.errors import TavusError
from ..api.retry import Clock
from ..settings import Settings
from .backend import engine_address, is_listening
from .intent import Intent
from .journal import Journal


class EngineGone(TavusError):
    """The engine that started this plugin has ended."""


@dataclass(eq=False)
class Run:
    """What lifecycles of one process share. All sets may be changed by many threads: adding and removing are atomic.

    settings, journal: what the run is configured with, and the intents on this machine. created: what its creates returned, by
    name of the lifecycle and id. recorded: what the state is known to have, by address and id, since the engine named it.
    accounts: pairs of keys, by their digests, that turned out to be of one account: the second knows what the first created.
    in_flight: URNs of the resources that are being created. declared: URNs of the resources that the program declared. engine:
    address of the engine that started this plugin, "" elsewhere. slots: what each call to a service holds, `max_concurrency` of
    them.
    """

    settings: Settings
    journal: Journal = field(default_factory=Journal)
    clock: Clock = field(default_factory=Clock)
    created: set[tuple[str, str]] = field(default_factory=set)
    recorded: set[tuple[str, str]] = field(default_factory=set)
    accounts: set[tuple[str, str]] = field(default_factory=set)
    in_flight: list[str] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    engine: str = field(default_factory=engine_address)
    slots: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        # A limit under four needs it: the plugin of dynamic providers has its first four threads before it knows of any limit.
        self.slots = threading.Semaphore(self.settings.max_concurrency)

    def mark_recorded(self, resource: str, base_url: str, id_: str) -> None:
        """Note that the state has `id_` of a resource: its intent is done."""
        self.recorded.add((base_url, id_))
        self.journal.clear(resource, base_url, id_)

    def is_recorded(self, base_url: str, id_: str) -> bool:
        """Tell whether a state is known to have `id_`: then no interrupted run left it behind."""
        return (base_url, id_) in self.recorded

    def require_engine(self) -> None:
        """Raise EngineGone where the engine of this plugin has ended: no state would record what is created from now on."""
        if self.engine and not is_listening(self.engine):
            raise EngineGone("nothing more is created: the `pulumi` command that asked for it has ended")

    @contextmanager
    def creating(self, resource: str) -> Iterator[None]:
        """Count a resource among those in flight while the body runs."""
        self.in_flight.append(resource)
        try:
            yield
        finally:
            self.in_flight.remove(resource)

    def intents_in_flight(self) -> Iterator[Intent]:
        """Yield the intents of the resources that are being created."""
        resources = set(self.in_flight)
        return (each for each in self.journal.intents() if each.resource in resources) if resources else iter(())


@functools.cache
def run_for(settings: Settings) -> Run:
    """Return this process's one run for some settings, which all provider instances share."""
    return Run(settings)
