"""What all resources at Tavus share: the client, the API key that check asks for, the journal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from ..api.client import TavusClient, client_for
from ..api.errors import InputError, SettingsError
from ..journal.creation import Creation
from ..journal.journal import DOUBT
from ..journal.strategy import Strategy
from ..schema.unknowns import is_known
from ..schema.validation import Failure
from .base import ACCOUNT, Lifecycle, Props


class TavusLifecycle(Lifecycle):
    """Base of what resources at Tavus do.

    noun: the thing in messages, as in "could not update pronunciation dictionary pd_1".
    """

    noun: ClassVar[str]

    @property
    def client(self) -> TavusClient:
        """The client of this process; raises SettingsError where there is no API key."""
        return self.client_saying(self.naming)

    def client_saying(self, naming: str) -> TavusClient:
        """Return the client of this process that has these names in requests; raises SettingsError where there is no API key."""
        settings = self.settings  # one client for all resources of a process pools their connections
        return client_for(settings.base_url, settings.require_key(), settings.retry_timeout, settings.spare_key, naming)

    @property
    def naming(self) -> str:
        """The names in requests, "persona" or "pal"; override for what Tavus has under one of them only."""
        return self.settings.naming

    @property
    def place(self) -> str:
        """Where the journal has the intents of such things."""
        return self.settings.base_url

    def outputs(self, known: Props, answer: Mapping[str, Any]) -> Props:
        """Return outputs as the base does, with the account in which the object is."""
        return {ACCOUNT: self.client.account, **super().outputs(known, answer)}

    def outputs_read(self, known: Props, answer: Mapping[str, Any]) -> Props:
        """Return the outputs of an object that this account was just seen to have."""
        before, account = known.get(ACCOUNT), self.client.account
        if before:
            self.run.accounts.add((before, account))
        return self.outputs({**known, ACCOUNT: account}, answer)

    def require_owner(self, id_: str, olds: Props, doing: str) -> None:
        """Raise InputError unless this account is the one that had the object: any other calls every id unknown, too."""
        before, account = olds.get(ACCOUNT), self.client.account
        if before in (None, account) or (before, account) in self.run.accounts or self.is_of_account(olds):
            return
        raise InputError(
            f"could not {doing} {self.noun} {id_}: the account of this API key does not have it, and another key created it; "
            "use the key of its own account (tavus:apiKey, or TAVUS_API_KEY), or, where the key is of that account and the "
            f"{self.noun} is gone, run `pulumi state delete '{self.context.urn}'`"
        )

    def is_of_account(self, olds: Props) -> bool:
        """Tell whether something else in the outputs shows that this account had the object; asked where its key is another."""
        return False

    def mark_recorded(self, id_: str) -> None:
        """Note that the state has the id, since the engine named it; look for what a lost answer may have left beside it."""
        self.run.mark_recorded(self.context.urn, self.place, id_)
        doubt = self.run.journal.find_note(DOUBT, self.context.urn, self.place)
        if doubt:
            Creation(self.run, self.creation({})).settle_doubt(doubt, id_)

    def creation(self, news: Props) -> Strategy:
        """Return how such things are created once; only what the journal keeps intents of has that."""
        raise NotImplementedError

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
