"""The account that a command is about, the stacks that it is compared with, and the journal of this machine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ...api.call import Call
from ...api.client import TavusClient, client_for
from ...api.errors import SettingsError
from ...conversations.calls import PATH, list_active
from ...journal.journal import Journal
from ...lifecycle.base import Props
from ...settings import Settings
from .report import Report, compare
from .stacks import PulumiError, Stacks
from .states import Relevance, States, read_states

_NO_KEY = (
    "there is no Tavus API key: set TAVUS_API_KEY, or name a stack that has one with --stack, in the folder of its project "
    "(--cwd); keys are made at https://maker.tavus.io/dev"
)


@dataclass(frozen=True)
class AccountView:
    """A Tavus account, seen from this machine.

    names: fully qualified names of the stacks to compare it with; none means all of the backend.
    """

    stacks: Stacks
    names: Sequence[str]
    settings: Settings
    journal: Journal = field(default_factory=Journal)

    @classmethod
    def load(cls, cwd: Path, names: Sequence[str]) -> Self:
        """Return the account as `find` does. Raises SettingsError also where there is no key."""
        found = cls.find(cwd, names)
        found.require_key()
        return found

    @classmethod
    def find(cls, cwd: Path, names: Sequence[str]) -> Self:
        """Return the account of these stacks, or without any that of the environment, which may have no key.

        Raises SettingsError, PulumiError.
        """
        stacks = Stacks(cwd.absolute())
        qualified = [stacks.qualify(name) for name in names]
        return cls(stacks, qualified, _load_settings(stacks, qualified))

    def require_key(self) -> None:
        """Raise SettingsError unless there is a key that can be sent."""
        if not self.settings.api_key:
            raise SettingsError(_NO_KEY)
        self.settings.require_key()

    @property
    def client(self) -> TavusClient:
        """The client for this account only."""
        settings = self.settings
        # Without the spare key: a conversation must not be ended in another account.
        return client_for(settings.base_url, settings.api_key, settings.retry_timeout, naming=settings.naming)

    def conversations(self, ended: bool) -> Iterator[Props]:
        """Yield each active conversation, and with `ended` the ended ones too."""
        if not ended:
            return list_active(self.client)
        return self.client.pages(Call("GET", PATH, "list the conversations"), "conversation_id")

    def report(self, listed: Iterable[Props] | None = None) -> Report:
        """Compare what is active with states and journal. Raises PulumiError where the stacks cannot be listed.

        listed: what is active, where Tavus has just told; by default it is asked.
        """
        return compare(self.client, self.settings.base_url, self.journal, self._read_states, listed=listed)

    def report_on(self, ids: Collection[str]) -> Report:
        """Compare conversations with states and journal; the report is right about these only.

        Where the stacks cannot be listed, the backend is reported as a state that was not read.
        """

        def read(relevance: Relevance) -> States:
            try:
                return self._read_states(relevance)
            except PulumiError as error:
                return States(unread={"the backend": str(error)})

        return compare(self.client, self.settings.base_url, self.journal, read, ids)

    def _read_states(self, relevance: Relevance) -> States:
        return read_states(self.stacks, self.names, relevance)


def _load_settings(stacks: Stacks, names: Sequence[str]) -> Settings:
    """Return the settings of the stacks whose project is in the folder; where there are none, those of the environment."""
    # Pulumi reads a configuration only in the folder of its project.
    in_project = stacks.list_of_project() if names else []
    loaded = [Settings.load(stacks.configuration(name).get) for name in names if name in in_project]
    settings = loaded[0] if loaded else Settings.load(lambda key: None)
    if any((each.base_url, each.api_key) != (settings.base_url, settings.api_key) for each in loaded):
        raise SettingsError(f"the stacks {', '.join(names)} do not all have the same account: name those of one account only")
    return settings
