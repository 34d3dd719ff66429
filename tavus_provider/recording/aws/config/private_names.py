"""Private name of botocore that this package depends on, with the test that notices where it is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def set_prompter(resolver: Any, ask: Callable[[str], str]) -> None:
    """Let `ask` return the MFA code for a profile's role; botocore has a public name for that only below its session.

    Where `_prompter` is gone, botocore asks on the terminal, which a plugin and a command have left: it gets an empty answer.
    Test: tests/recording/aws/test_prompts.py.
    """
    resolver.get_provider("assume-role")._prompter = ask
