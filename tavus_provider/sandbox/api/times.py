"""Moments in the two forms in which Tavus writes them, and the longest span of time that is counted."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import formatdate

CENTURY = 100 * 365 * 86400.0
"""Seconds of the longest span that the sandbox counts with; longer ones are cut to it."""

_LAST_MOMENT = datetime.max.replace(tzinfo=UTC).timestamp() - 1


def iso_timestamp(moment: float) -> str:
    """Return the moment (seconds since 1970) as Tavus writes it: ISO 8601 in UTC with microseconds."""
    # A clock that was advanced far enough would pass the year 9999, which datetime cannot hold.
    utc = datetime.fromtimestamp(min(moment, _LAST_MOMENT), UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def http_date(moment: float) -> str:
    """Return the moment (seconds since 1970) as HTTP headers write it. Source: RFC 9110, Date/Time Formats."""
    return formatdate(moment, usegmt=True)
