"""
The account that a command is about, the stacks that it is compared with, and the journal of this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ..api.client import Call, TavusClient, client_for
from ..api.errors import SettingsError
from ..conversations.calls import PATH, list_active
from ..journal.journal import Journal
from ..lifecycle.lifecycle import Props
from ..lifecycle.settings import Settings
from .pulumi_command import PulumiCommand, PulumiFailed
from .report import Report, report_on
from .states import States, read_states

_NO_KEY = (
    "there is no Tavus API key: set TAVUS_API_KEY, or name a stack that has one with --stack, in the folder of its project "
    "(--cwd); keys are made at https://platform.tavus.io/api-keys"
)


@dataclass(frozen=True)
class Account:
    """
    A Tavus account, seen from this machine.

    stacks: fully qualified names of those to compare it with; none means all of the backend.
    """

    pulumi: PulumiCommand
    stacks: Sequence[str]
    settings: Settings
    journal: Journal = field(default_factory=Journal)

    @classmethod
    def open(cls, cwd: Path, stacks: Sequence[str]) -> Self:
        """Return the account of these stacks, or without any that of the environment. Raises SettingsError, PulumiFailed."""
        pulumi = PulumiCommand(cwd.absolute())
        names = [pulumi.full_name(stack) for stack in stacks]
        return cls(pulumi, names, _settings(pulumi, names))

    @property
    def client(self) -> TavusClient:
        """The client for exactly this account: what a command ends is never looked for in another one."""
        settings = self.settings
        return client_for(settings.base_url, settings.api_key, settings.retry_timeout, naming=settings.naming)

    def conversations(self, ended: bool) -> Iterator[Props]:
        """Yield each active conversation, and with `ended` those that are over too."""
        if not ended:
            return list_active(self.client)
        return self.client.pages(Call("GET", PATH, "list the conversations"), "conversation_id")

    def report(self) -> Report:
        """Compare what is active with states and journal. Raises PulumiFailed where the stacks cannot be listed."""
        return self._report(self._states)

    def cautious_report(self) -> Report:
        """Compare as `report` does; stacks that cannot be listed are told as one that cannot be read."""

        def states() -> States:
            try:
                return self._states()
            except PulumiFailed as failed:
                return States(unread={"the backend": str(failed)})

        return self._report(states)

    def _report(self, states: Callable[[], States]) -> Report:
        return report_on(self.client, self.settings.base_url, self.journal, states)

    def _states(self) -> States:
        return read_states(self.pulumi, self.stacks)


def _settings(pulumi: PulumiCommand, stacks: Sequence[str]) -> Settings:
    """Return the settings of the stacks whose project is in the folder; where there are none, those of the environment."""
    here = pulumi.project_stacks() if stacks else []
    found = [Settings.load(pulumi.configuration(name).get) for name in stacks if name in here]
    settings = found[0] if found else Settings.load(lambda key: None)
    if any((each.base_url, each.api_key) != (settings.base_url, settings.api_key) for each in found):
        raise SettingsError(f"the stacks {', '.join(stacks)} have not all the same account: name those of one account only")
    if not settings.api_key:
        raise SettingsError(_NO_KEY)
    settings.require_key()
    return settings
