"""What is worth a buzz, and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum


class NoticeKind(StrEnum):
    BRIEFING = "briefing"
    PROPOSAL = "proposal"
    URGENT_MAIL = "urgent_mail"
    PULL_REQUEST = "pull_request"
    FOLLOW_UP = "follow_up"
    REMINDER = "reminder"
    BUDGET = "budget"
    MONEY = "money"
    STATEMENT = "statement"
    CLASH = "clash"
    NEEDS_YOU = "needs_you"


class ReminderOf(StrEnum):
    """What kind of thing comes back to the owner."""

    MESSAGE = "message"
    TASK = "task"
    FOLLOW_UP = "follow-up"
    ACTION = "action"

    def ref(self, id: str) -> str:
        """Return how the feed names the thing."""
        return f"{self}/{id}"


LONGEST_TOPIC = 32
NEVER_CROWDED_OUT = frozenset({NoticeKind.BRIEFING, NoticeKind.NEEDS_YOU})
"""What stands in the briefing cannot crowd out the briefing itself; what Alfred needs may stand nowhere else."""
MOST_TITLE, MOST_BODY = 80, 240
"""So many letters a device shows of a notice; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification, in the persona's voice. `tag` replaces an earlier one of the same; `url` is a page of the app.

    `wanted` is what the owner himself asked to be told at this moment. `action` and `digest` are set where it can be
    approved from the notification itself, never where the whole card must be read.
    """

    kind: NoticeKind
    title: str
    body: str
    url: str
    tag: str
    priority: int = 3
    urgent: bool = False
    action: str | None = None
    digest: str | None = None
    wanted: bool = False

    @property
    def presses(self) -> bool:
        """Whether it waits for no hour."""
        return self.urgent or self.wanted

    @property
    def counts(self) -> bool:
        """Whether it is one of the day's number."""
        return not self.presses and self.kind not in NEVER_CROWDED_OUT

    @property
    def topic(self) -> str:
        """Under what a push service keeps it until the device is there; as its tag, it replaces only its own like.

        A push service takes 32 letters (RFC 8030, 5.4), and long tags often begin alike.
        """
        if len(self.tag) <= LONGEST_TOPIC:
            return self.tag
        return f"{self.tag[:19]}-{hashlib.sha256(self.tag.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class KindPreference:
    """`lowest_priority`: only what is at least this pressing, 1 to 5."""

    enabled: bool = True
    lowest_priority: int = 5


@dataclass(frozen=True, slots=True)
class NoticePreferences:
    """The owner's wishes. Quiet hours run from `quiet_from` to `quiet_until` in his zone, over midnight if need be."""

    kinds: dict[str, KindPreference] = field(default_factory=dict)
    quiet_from: str = "22:00"
    quiet_until: str = "07:00"
    per_day: int = 5
    buttons: bool = True

    def of(self, kind: NoticeKind) -> KindPreference:
        return self.kinds.get(kind.value, KindPreference())


def may_be_sent(notice: Notice, wishes: NoticePreferences, sent_today: int) -> bool:
    """Whether a notice whose hour has come goes out: the owner wants its like, and the day has not had its number."""
    kind = wishes.of(notice.kind)
    if not kind.enabled or notice.priority > kind.lowest_priority:
        return False
    return not notice.counts or sent_today < wishes.per_day


def is_quiet(wishes: NoticePreferences, at: time) -> bool:
    """Whether `at` lies in the quiet hours; equal ends mean there are none."""
    start, end = time.fromisoformat(wishes.quiet_from), time.fromisoformat(wishes.quiet_until)
    if start == end:
        return False
    return start <= at < end if start < end else at >= start or at < end


def after_quiet(wishes: NoticePreferences, at: time) -> time:
    """Return `at`, or the end of the quiet hours that it lies in."""
    return time.fromisoformat(wishes.quiet_until) if is_quiet(wishes, at) else at
