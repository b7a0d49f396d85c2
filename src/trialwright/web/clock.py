"""The site's clock. Sessions, delegations and entries made in the browser take the time from here alone."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The server's time in UTC; the browser's is never asked (TM-1)."""
    return datetime.now(UTC)
