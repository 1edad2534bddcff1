"""Days pass, and nothing grows with them but mail, actions and what the owner notes down."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.sqlite.retention import FEED_LEAST
from application.announcing import LASTS
from application.calendars.mailed import AFTERWARDS
from application.calendars.reading import BACK
from application.sign_in.devices import FORGOTTEN
from daemon.upkeep.forgetting import FEED_KEPT
from tests.integration.month.days import KEPT, living
from tests.integration.month.measures import Measure, measured
from tests.integration.month.town import town

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory and descriptors are read from /proc")

SETTLED = 3
MB = 1024 * 1024
LONG = (pytest.mark.soak, pytest.mark.timeout(1800))
MOST_WAL = 64 * MB
MOST_MEMORY = 8 * MB
MOST_OBJECTS = 1_500
BYTES_A_MAIL = 8_000


def most(early: Measure) -> Mapping[str, float]:
    """Return how much there may be of what ends after so many days; nothing else may grow at all.

    A browser signs in each day, of which the owner is told, and one mail invites: it leaves three marks to five, and
    a note in the calendar where the owner wants one, of which a copy is kept for a month.
    """
    a_day = early.counts["feed"] / SETTLED
    return {
        "announced/": early.counts["announced/"] + LASTS.days + 2,
        "device/": FORGOTTEN.days + 3,
        "invitation/": 5 * (AFTERWARDS.days + 4),
        "copies": early.counts["copies"] + BACK.days + 2,
        "feed": max(FEED_LEAST + a_day, a_day * (FEED_KEPT.days + 2)),
    }


def grown(early: Measure, late: Measure) -> dict[str, tuple[int, int]]:
    bounds = most(early)
    return {
        name: (early.counts.get(name, 0), count)
        for name, count in late.counts.items()
        if count > bounds.get(name, early.counts.get(name, 0))
    }


@pytest.mark.parametrize(
    ("days", "mails", "step"),
    [
        pytest.param(10, 1, timedelta(hours=6), id="ten quiet days", marks=pytest.mark.timeout(300)),
        pytest.param(31, 8, timedelta(hours=2), id="a busy month", marks=LONG),
    ],
)
def test_nothing_grows_but_what_is_kept(tmp_path: Path, days: int, mails: int, step: timedelta) -> None:
    """Up to a thousand objects are SQLite's: five connections let go of what they knew of cursors by two hundreds."""
    home = tmp_path / "home"
    with town() as around, living(home, around, step) as house:
        database = house.container.store().database
        house.days(SETTLED, mails)
        early = measured(home, database)
        house.days(days - SETTLED, mails)
        late = measured(home, database)
        house.container.store().check()
    assert grown(early, late) == {}
    assert late.files == {**early.files, "backups": KEPT["backup"]["keep"] + 1, "logs": KEPT["log"]["keep_days"] + 1}
    assert late.wal <= MOST_WAL
    assert (late.descriptors, late.threads) <= (early.descriptors, early.threads)
    assert (late.database - early.database) / (late.kept - early.kept) < BYTES_A_MAIL
    assert late.memory - early.memory < MOST_MEMORY
    assert late.objects - early.objects < MOST_OBJECTS
