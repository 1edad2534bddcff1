"""Rules of telling that need no store: what the owner wishes, quiet hours, and tags."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from domain.notifications import KindPreference, Notice, NoticeKind, NoticePreferences, is_quiet, may_be_sent


def test_tags_that_begin_alike_are_kept_apart_by_a_push_service() -> None:
    def topic(tag: str) -> str:
        return Notice(NoticeKind.PULL_REQUEST, "", "", "", tag).topic

    assert topic("pull-request-devops:pr-418") == "pull-request-devops:pr-418"
    long = [topic(f"pull-request-organisation-of-larkfield:pr-{number}") for number in range(1, 500)]
    assert (len(set(long)), max(map(len, long))) == (499, 32)


def test_the_app_lets_every_kind_be_switched() -> None:
    file = Path(__file__).parents[2] / "web" / "app" / "src" / "lib" / "features" / "settings" / "notifications.ts"
    assert set(re.findall(r"^  (\w+): \"", file.read_text("utf-8"), re.MULTILINE)) == {
        each.value for each in NoticeKind
    }


def notice(
    urgent: bool = False, wanted: bool = False, priority: int = 3, kind: NoticeKind = NoticeKind.PROPOSAL
) -> Notice:
    return Notice(kind, "May I?", "", "/", "t", priority, urgent, wanted=wanted)


@pytest.mark.parametrize(
    ("told", "wishes", "expected"),
    [
        (notice(), NoticePreferences(), True),
        (notice(), NoticePreferences(per_day=0), False),
        (notice(urgent=True), NoticePreferences(per_day=0), True),
        (notice(wanted=True), NoticePreferences(per_day=0), True),
        (notice(kind=NoticeKind.NEEDS_YOU), NoticePreferences(per_day=0), True),
        (notice(wanted=True), NoticePreferences(kinds={"proposal": KindPreference(enabled=False)}), False),
        (notice(priority=4), NoticePreferences(kinds={"proposal": KindPreference(lowest_priority=3)}), False),
    ],
)
def test_the_owners_wishes_decide(told: Notice, wishes: NoticePreferences, expected: bool) -> None:
    assert expected == may_be_sent(told, wishes, 0)


@pytest.mark.parametrize(
    ("start", "end", "at", "expected"),
    [
        ("22:00", "07:00", time(23), True),
        ("22:00", "07:00", time(6, 59), True),
        ("22:00", "07:00", time(7), False),
        ("12:00", "13:00", time(12, 30), True),
        ("12:00", "13:00", time(13), False),
        ("00:00", "00:00", time(3), False),
    ],
)
def test_quiet_hours_may_run_over_midnight(start: str, end: str, at: time, expected: bool) -> None:
    assert expected is is_quiet(NoticePreferences(quiet_from=start, quiet_until=end), at)
