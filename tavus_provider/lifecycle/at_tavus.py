"""What all resources at Tavus share: the client, the API key that check asks for, the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ..api.client import TavusClient, client_for
from ..api.errors import InputError, SettingsError
from ..schema.unknowns import is_known
from ..schema.validation import Failure
from .base import Lifecycle, Props


class TavusLifecycle(Lifecycle):
    """Base of what resources at Tavus do.

    noun: the thing in messages, as in "could not update pronunciation dictionary pd_1".
    """

    noun: ClassVar[str]

    @property
    def client(self) -> TavusClient:
        """The client of this process; raises SettingsError where there is no API key."""
        settings = self.settings  # one client for all resources of a process pools their connections
        return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, settings.spare_key, settings.naming)

    @property
    def place(self) -> str:
        """Where the journal has the intents of such things."""
        return self.settings.base_url

    def mark_recorded(self, id_: str) -> None:
        """Note that the state has the id, since the engine named it."""
        self.run.mark_recorded(self.context.urn, self.place, id_)

    def check(self, news: Props) -> Iterator[Failure]:
        """Yield every mistake in the inputs, and a missing API key: a preview tells of it before anything is created."""
        try:
            self.settings.require_key()
        except SettingsError as error:
            yield Failure("", str(error))
        yield from super().check(news)

    def select_replacements(self, id_: str, names: Iterable[str], news: Props, existing: str, instead: str) -> list[str]:
        """Return those of the changed inputs that need a new resource.

        existing: the input that adopts; adopting what is managed already needs none. instead: what to do to get a new one. What
        was adopted is never replaced: raises InputError where a changed value is known. One that only `up` knows may turn out to
        be no change.
        """
        adopted = news.get(existing)
        found = [name for name in names if name != existing or adopted not in (None, id_)]
        if adopted != id_:
            return found
        given = self.inputs.pick_given(news)
        refused = [name for name in found if is_known(given.get(name))]
        if refused:
            raise InputError(
                f"{self.noun} {id_} was adopted, and Tavus cannot change its {', '.join(refused)}: take the change back, or "
                f"remove {existing} {instead}"
            )
        return []
