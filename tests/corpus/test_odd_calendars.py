"""Odd calendars from other projects' test suites: none raises, and the times are those that `icalendar` reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar, vDDDTypes

from adapters.ics import IcsReader

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "calendars"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the odd calendars are not on this machine"),
]


def texts() -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8", "replace") for path in sorted(CORPUS.glob("*.ics"))}


def times_by_the_library(text: str) -> dict[str, datetime]:
    """The beginnings of timed events with a zone; nothing where the library gives up."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except ValueError:
        return {}
    found: dict[str, datetime] = {}
    for event in (event for calendar in calendars for event in calendar.walk("VEVENT")):
        start = event.get("DTSTART")
        if "UID" in event and isinstance(start, vDDDTypes) and isinstance(start.dt, datetime) and start.dt.tzinfo:
            found[str(event["UID"])] = start.dt.astimezone(UTC)
    return found


def test_no_file_raises() -> None:
    found = {name: IcsReader().read(text, "Europe/Berlin") for name, text in texts().items()}
    assert sum(map(len, found.values())) >= 55


@pytest.mark.filterwarnings("ignore::icalendar.error.GloballyUniqueTZIDGuessed")
def test_the_times_are_those_that_the_library_reads() -> None:
    different = [
        (name, each.title, each.span.start, expected[each.uid])
        for name, text in texts().items()
        if (expected := times_by_the_library(text))
        for each in IcsReader().read(text, "Europe/Berlin")
        if each.uid in expected and each.span is not None and each.span.start != expected[each.uid]
    ]
    assert different == []
