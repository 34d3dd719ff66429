"""
What all resources that live at Tavus share: the client, and a missing key found at preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ..api.client import TavusClient, client_for
from ..api.errors import InputError, SettingsError
from ..schema.unknowns import is_known
from ..schema.validation import Failure
from .lifecycle import Lifecycle, Props


class TavusLifecycle(Lifecycle):
    """
    Base of what resources at Tavus do.

    noun: in errors, as in "could not update pronunciation dictionary pd_1".
    """

    noun: ClassVar[str]

    @property
    def client(self) -> TavusClient:
        """Return the client of this process; raises SettingsError where there is no key."""
        settings = self.settings
        return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, settings.spare_key, settings.naming)

    def check(self, news: Props) -> Iterator[Failure]:
        """Yield every mistake in the inputs, and the missing API key."""
        try:
            self.settings.require_key()
        except SettingsError as error:
            yield Failure("", str(error))
        yield from super().check(news)

    def select_replacements(self, id_: str, names: Iterable[str], news: Props, existing: str, instead: str) -> list[str]:
        """
        Return those of the changed inputs that need a new one: to adopt, by the input `existing`, what is managed does not.

        What is adopted is never replaced: raises InputError where a new value is known, with what to do `instead`. One that only
        `up` knows may turn out to be no change.
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
