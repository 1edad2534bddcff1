"""Time zones by Windows' names, which Outlook speaks, and by IANA's. Source: Unicode CLDR, as `tzlocal` ships it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from adapters.microsoft.api import Reply

_UTC = "UTC"
_HALF_A_YEAR = timedelta(days=182)


def iana(name: str) -> str:
    """Return the IANA name of a zone as Outlook calls it; UTC for one that nobody else knows."""
    return known(name) or _UTC


def known(name: str) -> str:
    """Return the IANA name of a zone as Outlook calls it; empty for one that nobody else knows."""
    from tzlocal.windows_tz import win_tz

    found = _UTC if name == _UTC else win_tz.get(name, name)
    return found if found in _names() else ""


def written(moment: datetime, zone: str) -> dict[str, str]:
    """Return a moment as Graph writes it: by the clock of its zone, or in UTC where that clock would not tell it.

    It would not where Windows has no such zone or other rules for it, nor in the hour that comes twice in autumn.
    """
    from tzlocal.windows_tz import tz_win

    told = _told(moment.astimezone(ZoneInfo(zone)), tz_win.get(zone, _UTC))
    return told if read(told) == moment.replace(microsecond=0) else _told(moment.astimezone(UTC), _UTC)


def goes_by_its_clock(moment: datetime, zone: str) -> bool:
    """Whether what is written of that moment also goes by the zone's clock half a year later, as a series must."""
    offsets = {at.astimezone(ZoneInfo(zone)).utcoffset() for at in (moment, moment + _HALF_A_YEAR)}
    return written(moment, zone)["timeZone"] != _UTC or offsets == {timedelta()}


def day(moment: datetime, zone: str) -> dict[str, str]:
    """Return the beginning of a whole day; it is told without an offset, so its zone is but a name."""
    from tzlocal.windows_tz import tz_win

    midnight = moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT00:00:00")
    return {"dateTime": midnight, "timeZone": tz_win.get(zone, _UTC)}


def read(told: Reply) -> datetime:
    """Return the moment of a dateTimeTimeZone. Graph writes seven digits of a second."""
    local = datetime.fromisoformat(str(told["dateTime"])[:19])
    return local.replace(tzinfo=ZoneInfo(iana(str(told.get("timeZone") or _UTC)))).astimezone(UTC)


def read_day(told: Reply, zone: str) -> datetime:
    """Return the midnight with which a whole day begins or ends in `zone`."""
    midnight = datetime.fromisoformat(str(told["dateTime"])[:10])
    return midnight.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _told(local: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": local.replace(tzinfo=None, microsecond=0).isoformat(), "timeZone": zone}


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
