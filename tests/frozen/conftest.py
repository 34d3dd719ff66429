"""Stacks on the real engine."""

from __future__ import annotations

from tests.real_engine.conftest import made, new_stack

__all__ = ["made", "new_stack"]
