"""When a mail says it was written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_USUAL = re.compile(rb"(?:\w{3},? +)?(\d{1,2}) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)(?![\d:])")
_MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_FIRST_MAIL = datetime(1971, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


def sent_at(raw: bytes, received_at: datetime, defects: list[str]) -> datetime:
    """Return the Date field in UTC; where it is missing or cannot be, the time the mail was received."""
    if not raw.strip():
        defects.append("no date")
        return received_at
    moment = _read(raw)
    if moment is None:
        defects.append(f"unreadable date {raw[:60].decode('ascii', 'replace')!r}")
        return received_at
    if not _FIRST_MAIL <= moment <= received_at + _AHEAD:
        defects.append(f"impossible date {moment:%Y-%m-%d}")
        return received_at
    return moment


def _read(raw: bytes) -> datetime | None:
    try:
        return _usual(raw) or _odd(raw)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _usual(raw: bytes) -> datetime | None:
    match = _USUAL.match(raw)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    day, name, year, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    zone = timezone(-offset if sign == b"-" else offset)
    month = _MONTHS[name.lower()]
    local = datetime(int(year), month, int(day), int(hour), int(minute), min(int(second), 59), tzinfo=zone)
    return local.astimezone(UTC)


def _odd(raw: bytes) -> datetime:
    moment = parsedate_to_datetime(" ".join(raw[:200].decode("ascii", "replace").split()))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
