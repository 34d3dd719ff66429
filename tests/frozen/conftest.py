"""Stacks on the real engine."""

from __future__ import annotations

from tests.real_engine.conftest import initialized_project, new_stack

__all__ = ["initialized_project", "new_stack"]
