"""How long a provider asks to be left alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86400.0
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def retry_after(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3); None for one that is neither.

    Fractions are none of the RFC's, but Azure DevOps sends them. A day at most: where this machine's clock is wrong, a
    date may lie years ahead.
    """
    said = (header or "").strip()
    try:
        seconds = float(said) if _NUMBER.fullmatch(said) else _until(parsedate_to_datetime(said))
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), LONGEST)


def _until(moment: datetime) -> float:
    """Return the seconds until a moment; where it has no zone it is in UTC (RFC 9110, 5.6.7)."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
