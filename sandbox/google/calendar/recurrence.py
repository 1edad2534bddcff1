"""RRULE, RDATE, EXRULE and EXDATE lines as the days and times of a series (RFC 5545, 3.8.5).

A rule runs by the clock on the wall of the series' zone, so all is counted there, without offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from dateutil import rrule

from sandbox.google.calendar import moments
from sandbox.google.calendar.errors import invalid
from sandbox.google.calendar.moments import Moment

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):(.+)", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=([0-9TZ]+)", re.IGNORECASE)


def walls(lines: Sequence[str], start: Moment, until: datetime) -> Iterator[datetime]:
    """The times of a series by its own wall clock, in order and not later than `until` (UTC)."""
    limit = until.astimezone(moments.zone(start.zone)).replace(tzinfo=None)
    for wall in _rules(lines, start):
        if wall > limit:
            return
        yield wall


def check(lines: Sequence[str], start: Moment) -> None:
    """Refuse what is no recurrence."""
    _rules(lines, start)


def _rules(lines: Sequence[str], start: Moment) -> rrule.rruleset:
    rules = rrule.rruleset()
    if not any(line.upper().startswith("RRULE") for line in lines):
        rules.rdate(start.wall)
    for line in lines:
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise invalid("Invalid recurrence rule.")
        name, options, value = found.group(1).upper(), found.group(2), found.group(3)
        try:
            _add(rules, name, options, value, start)
        except ValueError as wrong:
            raise invalid("Invalid recurrence rule.") from wrong
    return rules


def _add(rules: rrule.rruleset, name: str, options: str, value: str, start: Moment) -> None:
    if name in ("RRULE", "EXRULE"):
        local = _UNTIL.sub(lambda found: f"UNTIL={_wall(found.group(1), '', start):%Y%m%dT%H%M%S}", value)
        rule = rrule.rrulestr(local, dtstart=start.wall)
        assert isinstance(rule, rrule.rrule)
        (rules.rrule if name == "RRULE" else rules.exrule)(rule)
        return
    zone = next((part[5:] for part in options.split(";") if part.upper().startswith("TZID=")), "")
    add = rules.rdate if name == "RDATE" else rules.exdate
    for text in value.split(","):
        add(_wall(text.split("/")[0], zone, start))


def _wall(text: str, zone: str, start: Moment) -> datetime:
    """A date or date-time of RFC 5545 on the series' wall clock; a day without a time ends with that day."""
    if "T" not in text:
        day = datetime.fromisoformat(text)
        return day if start.whole_day else datetime.combine(day, start.wall.time())
    moment = datetime.fromisoformat(text.rstrip("Zz"))
    if start.whole_day:
        return datetime.combine(moment, datetime.min.time())
    if not zone and not text.upper().endswith("Z"):
        return moment
    aware = moment.replace(tzinfo=moments.zone(zone) if zone else UTC)
    return aware.astimezone(moments.zone(start.zone)).replace(tzinfo=None)
