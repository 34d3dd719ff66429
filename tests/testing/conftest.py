"""Fixture that restores Pulumi's runtime after each test that has set mocks."""

from __future__ import annotations

from collections.abc import Iterator

import pulumi.runtime
import pytest


@pytest.fixture(autouse=True)
def restored_runtime() -> Iterator[None]:
    """Leave no mocks and no configuration to the next test of the process."""
    yield
    pulumi.runtime.set_all_config({})
    pulumi.runtime.settings.reset_options()
