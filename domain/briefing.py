"""The one page that says what matters now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from domain.actions import Action
from domain.calendar import Event, Response, Span
from domain.clashes import Advice
from domain.errors import SignInAgain
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, arguments_of
from domain.messages import Label, Message
from domain.reviews import Review, ReviewRisk
from domain.sources import Gap
from domain.subjects import when
from domain.tasks import FollowUp, Task
from domain.triage import Category, Protection, Verdict, protection
from domain.work import RunState

MOST_NOW = 3
MOST_WORDS = 14
NEEDS_THE_OWNER = frozenset({Category.URGENT, Category.WORK, Category.PERSONAL, Category.TRANSACTIONAL})


@dataclass(frozen=True, slots=True)
class Matter:
    """One row: what a message asks, in at most 14 words, with the very words it uses.

    It is gone once its `mails` are archived; what is said in a chat has none.
    """

    message_id: str
    who: str
    headline: str
    quote: str
    priority: int
    category: Category
    due: date | None = None
    at: datetime | None = None
    suspicion: str = ""
    mails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal that waits, as it can be approved from the page."""

    action_id: str
    digest: str
    title: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """What was approved and is not done, or may not be, and why; `signs_in` is the account to sign in to first."""

    action_id: str
    title: str
    why: str
    signs_in: str = ""


@dataclass(frozen=True, slots=True)
class Clearing:
    """Proposals of one kind that may be approved together."""

    kind: str
    title: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """A task or follow-up that falls due."""

    id: str
    title: str
    by: date | None
    is_task: bool
    overdue: bool
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Blind:
    """A time that a source has not been read for, and why."""

    source: str
    gap: Gap | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClashRow:
    """Two events that want the owner at once, side by side, and what Alfred would do.

    `move` is the id of the event that gives way, `to` when it would be held instead (None: no time was found), and
    `notified` who would hear of it. `offer` is the action that does it, to be looked at before it is approved. `said`
    is why they clash, where two times do not tell.
    """

    first: Event
    second: Event
    firm: bool
    move: str
    to: Span | None
    notified: tuple[str, ...]
    label: str
    offer: NewAction | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A pull request that waits for the owner: since when, how large, how its pipeline stands, and what is offered.

    `message_ids` are the mails that ask for it, which get no row of their own. `offers` want the full card first.
    """

    id: str
    number: int
    title: str
    who: str
    repository: str
    waiting_since: datetime
    hours: int
    files: int
    run: RunState
    summary: str
    risks: tuple[ReviewRisk, ...]
    message_ids: tuple[str, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action that the owner may propose with one tap."""

    kind: Kind
    target: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MoneyAlert:
    """One thing about money: a budget that runs out, a dearer subscription, a statement that is locked or missing."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything on the page, in its order; finished sections are empty and vanish."""

    greeting: str
    at: datetime
    arrived: int
    needs_you: int
    minutes: int
    read_until: datetime | None
    now: tuple[Matter, ...]
    more: tuple[Matter, ...]
    clashes: tuple[ClashRow, ...]
    reviews: tuple[ReviewRow, ...]
    owed: tuple[Owed, ...]
    waiting: tuple[Offer, ...]
    clearing: tuple[Clearing, ...]
    beware: tuple[Matter, ...]
    security: tuple[Matter, ...]
    blind: tuple[Blind, ...]
    closing: str
    money: tuple[MoneyAlert, ...] = ()
    stuck: tuple[Stuck, ...] = ()


def clash_row(advice: Advice, zone: tzinfo) -> ClashRow:
    """Return the row for a clash: what the owner organizes is moved, for the rest another time is asked for."""
    clash, move, to = advice.clash, advice.move, advice.to
    label = "Look at both" if to is None else f"Propose {when(to.start, zone)}"
    offer = _offer(move, to, zone)
    return ClashRow(clash.first, clash.second, clash.firm, move.id, to, advice.notified, label, offer, clash.said)


def review_row(review: Review, offered: Iterable[Action], now: datetime) -> ReviewRow:
    pull = review.pull
    return ReviewRow(
        id=pull.id,
        number=pull.number,
        title=shortened(pull.title),
        who=pull.author.name or pull.author.address,
        repository=pull.repository,
        waiting_since=review.waiting_since,
        hours=max(0, int((now - review.waiting_since).total_seconds() // 3600)),
        files=pull.file_count,
        run=pull.run,
        summary=review.summary,
        risks=review.risks,
        message_ids=review.message_ids,
        offers=tuple(offer_of(action) for action in offered),
    )


def _offer(move: Event, to: Span | None, zone: tzinfo) -> NewAction | None:
    if to is None:
        return None
    if move.is_organized_by_owner:
        change = ChangeEvent(start=to.start, end=to.end)
        return NewAction(Kind.UPDATE_EVENT, move.id, arguments_of(change))
    word = InvitationAnswer(
        Response.TENTATIVE, f"This clashes with another appointment of mine. Could we do {when(to.start, zone)}?"
    )
    return NewAction(Kind.RESPOND_EVENT, move.id, arguments_of(word))


def matter_of(message: Message, verdict: Verdict) -> Matter:
    """Return the row for a message: its first action item, else its summary."""
    ask = verdict.action_items[0] if verdict.action_items else None
    headline = ask.text if ask else verdict.summary or message.subject
    dues = sorted(item.due for item in verdict.action_items if item.due is not None)
    return Matter(
        message_id=message.id,
        who=message.sender.name or message.sender.address,
        headline=shortened(headline),
        quote=ask.text if ask else message.snippet,
        priority=verdict.priority,
        category=verdict.category,
        due=dues[0] if dues else verdict.follow_up.by,
        at=message.received_at,
        suspicion=verdict.suspicion,
    )


def shortened(text: str, most: int = MOST_WORDS) -> str:
    """Cut `text` to so many words, marking the cut."""
    words = re.split(r"\s+", text.strip())
    return " ".join(words) if len(words) <= most else " ".join(words[:most]).rstrip(",;:") + "…"


def needs_owner(message: Message, verdict: Verdict) -> bool:
    """Whether the message is a matter for the owner: urgent, or of priority 1 or 2 and no bulk mail; unsuspicious."""
    if verdict.suspicion or message.is_from_owner or Label.INBOX not in message.labels:
        return False
    return verdict.category is Category.URGENT or (verdict.category in NEEDS_THE_OWNER and verdict.priority <= 2)


def urgency(matter: Matter) -> tuple[int, int, date, float]:
    """Sort key: priority, then urgent before the rest, then what is due first, then the newest."""
    newest = -matter.at.timestamp() if matter.at else 0.0
    return (matter.priority, matter.category is not Category.URGENT, matter.due or date.max, newest)


def is_security_notice(message: Message, verdict: Verdict) -> bool:
    """Whether it is a genuine notice of account security, to stand apart and stay."""
    doubted = verdict.suspicion or verdict.category is Category.SPAM
    return not doubted and protection(message) is Protection.ACCOUNT_SECURITY


def offer_of(action: Action) -> Offer:
    return Offer(action.id, action.digest, action.title, action.target)


def stuck_of(action: Action) -> Stuck:
    signs_in = action.account if action.error_code == SignInAgain.code else ""
    return Stuck(action.id, action.title, action.error or "", signs_in)


def owed_task(task: Task, today: date) -> Owed:
    return Owed(task.id, task.title, task.due, True, task.due is not None and task.due < today, task.message_id)


def owed_follow_up(follow_up: FollowUp, today: date) -> Owed:
    return Owed(follow_up.id, follow_up.about, follow_up.by, False, follow_up.is_overdue(today), follow_up.message_id)


def in_one_line(page: Briefing) -> str:
    """Say how much there is, what stands first, and whether anything was not read."""
    things = f"{page.needs_you} thing{'s need' if page.needs_you > 1 else ' needs'} you"
    said = f"{page.arrived} arrived in three days; {things if page.needs_you else 'nothing needs you'}."
    first = f" {page.now[0].who}: {page.now[0].headline.rstrip('.')}." if page.now else ""
    return said + first + (" Not everything could be read." if page.blind else "")


def greeting(local_time: datetime, form_of_address: str) -> str:
    """Greet by the hour of the owner's day."""
    hour = local_time.hour
    part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {form_of_address}."
