"""
What all resources that live at Tavus share: the client, and a missing key found at preview.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..api.client import TavusClient, client_for
from ..api.errors import SettingsError
from .checks import Failure
from .lifecycle import Lifecycle, Props


class TavusLifecycle(Lifecycle):
    """Base of what resources at Tavus do."""

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
