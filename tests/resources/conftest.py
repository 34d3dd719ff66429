"""A conversation's lifecycle against a local Tavus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tavus_provider.lifecycle.settings import Settings
from tavus_provider.resources.conversation import ConversationLifecycle
from tavus_provider.sandbox import Sandbox

URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/tavus:Conversation::onboarding"


def lifecycle_for(url: str, key: str = "sandbox", **settings: Any) -> ConversationLifecycle:
    """Return what conversations do at the Tavus at `url`, without patience unless told."""
    patience = {"retry_timeout": 10.0, "role_timeout": 0.0, "settle_timeout": 0.0, **settings}
    return ConversationLifecycle(Settings(api_key=key, base_url=url, **patience))


@pytest.fixture
def conversations(sandbox: Sandbox) -> ConversationLifecycle:
    """Return what conversations do at the sandbox."""
    return lifecycle_for(sandbox.url)


@pytest.fixture
def calls(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return a function that tells the calls which the sandbox received, as "METHOD path?query"."""

    def told() -> list[str]:
        return [_line(call["method"], call["path"], call["query"]) for call in sandbox.control.calls()]

    return told


def _line(method: str, path: str, query: dict[str, str]) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{method} {path}" + (f"?{asked}" if asked else "")
