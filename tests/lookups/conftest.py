"""A program's environment that points to the sandbox."""

from __future__ import annotations

import pytest

from tavus_provider.sandbox import Sandbox


@pytest.fixture
def account(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Return the account that lookups look in."""
    monkeypatch.setenv("TAVUS_API_KEY", sandbox.key)
    monkeypatch.setenv("TAVUS_BASE_URL", sandbox.url)
    monkeypatch.setenv("TAVUS_RETRY_TIMEOUT", "5")
    return sandbox
