"""Time zones by the names that Outlook uses: Windows' own, and IANA's."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import tz_win, win_tz

from sandbox.microsoft.call import JsonObject, text_of
from sandbox.microsoft.errors import invalid

_FORM = "%Y-%m-%dT%H:%M:%S.0000000"


def zone(name: str) -> ZoneInfo:
    """The zone of a Windows or IANA name; Graph refuses others."""
    if name in win_tz:
        return ZoneInfo(win_tz[name])
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        message = f"The TimeZone value '{name}' is not supported."
        raise invalid(message, "TimeZoneNotSupportedException") from unknown


def windows(name: str) -> str:
    """The Windows name of a zone; what has none stays as it is."""
    return name if name in win_tz else tz_win.get(name, name)


def read(value: JsonObject, field: str) -> tuple[datetime, str]:
    """The moment of a dateTimeTimeZone and the name of its zone."""
    text, name = text_of(value, "dateTime"), text_of(value, "timeZone") or "UTC"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid(
            f"The value '{text}' of {field} is no date and time.", "ErrorPropertyValidationFailure"
        ) from wrong
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone(name))), name


def shown(moment: datetime, name: str) -> JsonObject:
    """A moment as a dateTimeTimeZone in the zone that is asked for, which is named as it was asked for."""
    return {"dateTime": moment.astimezone(zone(name)).strftime(_FORM), "timeZone": name}


def bound(text: str, field: str) -> datetime:
    """A query's moment: with an offset, or in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid(f"The value '{text}' of parameter '{field}' is invalid.", "ErrorInvalidParameter") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
