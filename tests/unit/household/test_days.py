"""The scene can be played on any day, and says so where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox import household
from sandbox.households import script
from sandbox.households.moments import Moments, written
from sandbox.households.staging import Stage
from tests.unit.household.scene import MONDAY, parsed, text_of


@pytest.mark.parametrize(
    ("now", "zone", "deadline"),
    [
        (datetime(2026, 3, 27, 20, 0, tzinfo=UTC), "Europe/Berlin", "2026-03-28T10:00:00+01:00"),
        (datetime(2026, 3, 28, 20, 0, tzinfo=UTC), "Europe/Berlin", "2026-03-29T10:00:00+02:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "2026-10-25T10:00:00+01:00"),
        (datetime(2026, 12, 31, 16, 30, tzinfo=UTC), "Asia/Kuala_Lumpur", "2027-01-01T10:00:00+08:00"),
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), "Asia/Kuala_Lumpur", "2026-11-24T10:00:00+08:00"),
    ],
)
def test_the_deadline_is_the_next_ten_oclock(now: datetime, zone: str, deadline: str) -> None:
    assert Moments(now, ZoneInfo(zone)).deadline.isoformat() == deadline


@pytest.mark.parametrize(
    ("now", "words", "day"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "tomorrow", "2026-03-30"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "outage", "2026-03-26"),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), "today", "2026-10-26"),
        (datetime(2026, 2, 27, 12, 0, tzinfo=UTC), "today+2", "2026-03-01"),
        (datetime(2028, 2, 28, 12, 0, tzinfo=UTC), "tomorrow", "2028-02-29"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "yesterday-30", "2026-12-01"),
    ],
)
def test_days_are_counted_in_the_owners_zone(now: datetime, words: str, day: str) -> None:
    moments = Moments(now, ZoneInfo("Europe/Berlin"))
    assert moments.find(words, now).date().isoformat() == day


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Sunday, 1 March 2026"),
        ("de", "Sonntag, 1. März 2026"),
        ("fr", "dimanche 1 mars 2026"),
        ("es", "domingo, 1 de marzo de 2026"),
        ("ms", "Ahad, 1 Mac 2026"),
        ("zh", "2026年3月1日（星期日）"),
    ],
)
def test_dates_are_written_in_the_mails_language(language: str, expected: str) -> None:
    assert written(datetime(2026, 3, 1, tzinfo=UTC), "long", language) == expected


@pytest.mark.parametrize("month_end", [datetime(2026, m, 28, 23, 59, tzinfo=UTC) for m in (1, 2, 3, 7, 10, 12)])
def test_the_scene_can_be_played_on_any_day(month_end: datetime) -> None:
    for day in range(4):
        played = household.load(now=month_end + timedelta(days=day), zone="Europe/Berlin")
        said = text_of(played.mail("escalation"))
        due = played.mail("escalation").answer
        assert due is not None
        assert due.due is not None
        assert f"on {written(datetime.combine(due.due, datetime.min.time()), 'weekday', 'en')} when" in said


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        household.load(now=datetime(2026, 11, 23))  # noqa: DTZ001


def test_an_unknown_household_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"no household 'sunday'; known are monday"):
        household.load("sunday")


def test_an_unknown_place_names_the_mail() -> None:
    scene = script.read("monday")
    stage = Stage(scene, 0, MONDAY, "Europe/Berlin", reworded=False)
    mail = next(one for one in scene.mails if one.key == "review")
    with pytest.raises(ValueError, match=r"mail 'review': \{nobody\} stands for nothing"):
        stage.fill("Dear {nobody},", mail)


def test_an_unknown_key_names_file_and_mail(tmp_path: Path) -> None:
    (tmp_path / "quiet").mkdir()
    (tmp_path / "quiet.toml").write_text("[owner]\n[cast]\n[[accounts]]\n", "utf-8")
    (tmp_path / "quiet" / "mail.toml").write_text('[[mail]]\nkey = "one"\ncolour = "red"\n', "utf-8")
    with pytest.raises(ValueError, match=r"mail.toml: mail 'one': .*colour"):
        script.read("quiet", tmp_path)


def test_an_hour_stays_an_hour_when_the_clocks_change() -> None:
    eve = household.load(now=datetime(2026, 10, 23, 6, 30, tzinfo=UTC), zone="Europe/Berlin")
    part = next(one for one in parsed(eve.mail("invitation")).walk() if one.get_content_type() == "text/calendar")
    assert "DTSTART:20261025T130000Z" in part.get_content()
