"""A conversation's lifecycle against a local Tavus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tavus_provider.conversations.lifecycle import ConversationLifecycle
from tavus_provider.sandbox import Sandbox
from tests.support.calls import call_lines
from tests.support.lifecycles import conversation_at


@pytest.fixture
def conversations(sandbox: Sandbox) -> ConversationLifecycle:
    """Return the lifecycle of a conversation at the sandbox."""
    return conversation_at(sandbox.url)


@pytest.fixture
def calls(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Return a function that returns the calls which the sandbox received, as "METHOD path?query"."""
    return partial(call_lines, sandbox)
