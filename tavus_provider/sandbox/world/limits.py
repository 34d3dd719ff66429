"""Limits of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of an account; None means no limit.

    concurrency: active conversations at a time.
    credits: minutes of conversation in all.
    iam_delay: seconds for which a new IAM role cannot be assumed yet.
    """

    concurrency: int | None = None
    credits: float | None = None
    iam_delay: float = 0.0


NO_LIMITS = Limits()
