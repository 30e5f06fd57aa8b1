"""The only reader of the wall clock. Every moment inside the domain is an aware UTC datetime."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251 -- the only place that reads the clock
