"""Stacks on the real engine."""

from __future__ import annotations

from tests.real_engine.conftest import new_stack

__all__ = ["new_stack"]
