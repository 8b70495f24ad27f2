"""Dates in HTTP headers."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def parse_http_date(text: str) -> datetime | None:
    """Parse the date of a header; None for what is no date.

    The oldest form, that of C's asctime, names no zone: dates of HTTP are in UTC (RFC 9110, 5.6.7).
    """
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
