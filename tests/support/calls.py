"""Calls that the sandbox received."""

from __future__ import annotations

from typing import Any

from tavus_provider.sandbox import Sandbox


def sent_bodies(sandbox: Sandbox, method: str) -> list[Any]:
    """Return the bodies of all calls with a method."""
    return [call["body"] for call in sandbox.control.calls() if call["method"] == method]


def call_lines(sandbox: Sandbox) -> list[str]:
    """Return all calls as "METHOD path?query"."""
    return [_line(call["method"], call["path"], call["query"]) for call in sandbox.control.calls()]


def _line(method: str, path: str, query: dict[str, str]) -> str:
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{method} {path}" + (f"?{parameters}" if parameters else "")
