"""Which backups stay: the newest, and of weeks and months past one each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

WEEK, MONTH = "%G-%V", "%Y-%m"  # ISO 8601: the days of a week that spans two years are together


def kept(made: Mapping[Path, datetime], newest: int, weeks: int, months: int) -> set[Path]:
    """Return the `newest` backups, and the last one of each of so many weeks and months that have any."""
    newest_first = sorted(made, key=lambda file: (made[file], file.stem), reverse=True)
    stay = set(newest_first[:newest])
    for count, period in ((weeks, WEEK), (months, MONTH)):
        stay.update(_last_of_each(newest_first, made, period)[:count])
    return stay


def _last_of_each(newest_first: Iterable[Path], made: Mapping[Path, datetime], period: str) -> list[Path]:
    last: dict[str, Path] = {}
    for file in newest_first:
        last.setdefault(made[file].strftime(period), file)
    return list(last.values())
