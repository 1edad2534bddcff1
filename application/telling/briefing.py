"""Draws up the briefing from what is stored; asks no model and no provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import groupby

from application.acting.batches import stuck_actions
from application.calendars.desk import Calendars
from application.intake.visits import blind_times
from application.owing.reminders import woken
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from application.telling.matters import is_only_an_invitation, matters
from application.work.desk import Work
from domain.actions import Action, Status
from domain.briefing import (
    MOST_NOW,
    Blind,
    Briefing,
    ClashRow,
    Clearing,
    Matter,
    MoneyAlert,
    Offer,
    Owed,
    ReviewRow,
    clash_row,
    greeting,
    is_security_notice,
    matter_of,
    needs_owner,
    offer_of,
    owed_follow_up,
    owed_task,
    review_row,
    stuck_of,
    urgency,
)
from domain.calendar import Response
from domain.messages import answers
from domain.persona import Persona
from domain.sources import Gap
from domain.tasks import FollowUp

LOOKS_BACK = timedelta(days=3)
MOST_UNDATED = 5
"""As each is ticked off, the next comes."""
MOST_LOOKED_AT = 500


class Briefings:
    """Makes the page anew at each call."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        calendars: Calendars,
        work: Work,
        clock: Clock,
        zone: tzinfo,
        persona: Callable[[], Persona],
        money: Callable[[], tuple[MoneyAlert, ...]] = tuple,
        poll_seconds: int = 0,
    ) -> None:
        self._store = store
        self._connections = connections
        self._calendars = calendars
        self._work = work
        self._clock = clock
        self._zone = zone
        self._persona = persona
        self._money = money
        self._poll_seconds = poll_seconds

    def briefing(self) -> Briefing:
        now = self._clock.now()
        persona = self._persona()
        since = now - LOOKS_BACK
        recent = [each for each in self._recent(since) if each.classification is not None]
        waiting = self._waiting()
        reviews = self._reviews(recent, waiting, now)
        merged = {id for review in reviews for id in review.message_ids}
        clashes = tuple(clash_row(advice, self._zone) for advice in self._calendars.clashing.advice())
        asking = self._asking([each for each in recent if each.message.id not in merged], waiting, clashes)
        rows = sorted(matters(asking, [each for each in recent if not _is_suspicious(each)]), key=urgency)
        clearing, single = tuple(_clearing(waiting)), _single(waiting, reviews)
        owed = self._owed(now, merged | {each.message.id for each in asking})
        stuck = tuple(stuck_of(action) for action in stuck_actions(self._store.actions))
        needs = len(stuck) + len(rows) + len(clashes) + len(reviews) + len(owed) + len(clearing) + len(single)
        return Briefing(
            greeting=greeting(now.astimezone(self._zone), persona.address),
            at=now,
            arrived=sum(not each.message.is_from_owner and each.message.received_at >= since for each in recent),
            needs_you=needs,
            minutes=needs,
            read_until=self._read_until(),
            now=tuple(rows[:MOST_NOW]),
            more=tuple(rows[MOST_NOW:]),
            clashes=clashes,
            reviews=reviews,
            owed=owed,
            waiting=single,
            clearing=clearing,
            beware=tuple(_matter(each) for each in recent if _is_suspicious(each)),
            security=tuple(_matter(each) for each in recent if _is_security(each)),
            blind=self._blind(now),
            closing=persona.closing if needs else persona.quiet,
            money=self._money(),
            stuck=stuck,
        )

    def not_read(self, source: str, since: datetime, now: datetime) -> tuple[Gap, ...]:
        """Return the times worth saying, from `since` on, that `source` was not read for."""
        return blind_times(self._store, source, since, now, self._poll_seconds)

    def _reviews(
        self, recent: Sequence[ClassifiedMessage], waiting: Sequence[Action], now: datetime
    ) -> tuple[ReviewRow, ...]:
        reviews = self._work.reviews([each.message for each in recent if not _is_suspicious(each)])
        return tuple(
            review_row(review, [action for action in waiting if action.target == review.pull.id], now)
            for review in reviews
            if review.waits
        )

    def _recent(self, since: datetime) -> Iterable[ClassifiedMessage]:
        """Recent messages with their full text, newest first, at most so many; then older ones that were snoozed."""
        page = self._store.messages.list(MessageQuery(since=since, asleep=False), None, MOST_LOOKED_AT)
        asleep = {snooze.message_id for snooze in self._store.tasks.snoozes()}
        back = [id for id in woken(self._store, self._clock).standing() if id not in asleep]
        ids = list(dict.fromkeys([*(each.message.id for each in page.items), *back]))
        full = self._store.messages.get_many(ids)
        return [full[id] for id in ids if id in full and not full[id].removed]

    def _asking(
        self, recent: Sequence[ClassifiedMessage], waiting: Sequence[Action], clashes: Sequence[ClashRow]
    ) -> list[ClassifiedMessage]:
        """Return what needs the owner, but for invitations that are on the page otherwise."""
        asking = [each for each in recent if self._needs_owner(each)]
        held = self._in_calendars(asking, waiting, clashes)
        return [each for each in asking if each.message.id not in held]

    def _needs_owner(self, known: ClassifiedMessage) -> bool:
        assert known.classification is not None
        return needs_owner(known.message, known.classification.verdict) and not self._is_answered(known)

    def _in_calendars(
        self, asking: Sequence[ClassifiedMessage], waiting: Sequence[Action], clashes: Sequence[ClashRow]
    ) -> set[str]:
        """Return the ids of mails that only invite to what is answered, or is on the page as a proposal or clash."""
        invited = [each.message for each in asking if is_only_an_invitation(each)]
        if not invited:
            return set()
        shown = {action.target for action in waiting} | {id for row in clashes for id in (row.first.id, row.second.id)}
        spoken_for = {
            event.uid
            for event in self._store.events.all()
            if not event.foreign and (event.response is not Response.NEEDS_ACTION or event.id in shown)
        }
        asked = [each for each in self._calendars.mailed.asked_in(invited) if each.invitation.is_request]
        spoken_for |= {invitation.uid for message, invitation in asked if message.id in shown}
        open_still = {message.id for message, invitation in asked if invitation.uid not in spoken_for}
        return {message.id for message, _ in asked} - open_still

    def _is_answered(self, known: ClassifiedMessage) -> bool:
        thread = self._store.messages.thread(known.message.thread_id, known.message.account)
        return any(answers(each.message, known.message) for each in thread)

    def _waiting(self) -> list[Action]:
        return list(self._store.actions.list(ActionQuery(status=Status.PROPOSED), None, MOST_LOOKED_AT).items)

    def _owed(self, now: datetime, shown: set[str]) -> tuple[Owed, ...]:
        today = now.astimezone(self._zone).date()
        soon = today + timedelta(days=1)
        tasks = [owed_task(task, today) for task in self._store.tasks.tasks() if task.due is None or task.due <= soon]
        others = [each for each in self._store.tasks.follow_ups() if each.message_id not in shown]
        due = [each for each in others if each.by is not None and each.by <= soon]
        return tuple(tasks + [owed_follow_up(each, today) for each in (*due, *self._undated(others, now))])

    def _undated(self, owed: Iterable[FollowUp], now: datetime) -> list[FollowUp]:
        """Return what is owed by no day and whose mail is too old for a row of its own, the oldest first."""
        asleep = {snooze.message_id for snooze in self._store.tasks.snoozes()}
        waits = (each for each in owed if each.by is None and each.message_id not in asleep)
        alone = [each for each in waits if each.message_id is None or each.created_at < now - LOOKS_BACK]
        return sorted(alone, key=lambda each: each.created_at)[:MOST_UNDATED]

    def _sources(self) -> list[str]:
        return [name for connection in self._connections.all() for name in connection.sources]

    def _read_until(self) -> datetime | None:
        times = [self._store.sources.state(name).last_success for name in self._sources()]
        known = [time for time in times if time is not None]
        return min(known) if known and len(known) == len(times) else None

    def _blind(self, now: datetime) -> tuple[Blind, ...]:
        found: list[Blind] = []
        for name in self._sources():
            missed = self.not_read(name, now - LOOKS_BACK, now)
            found += [Blind(name, gap, "not read in this time") for gap in missed]
            if error := self._store.sources.state(name).error:
                found.append(Blind(name, None, error))
        return tuple(found)


def _clearing(waiting: Iterable[Action]) -> Iterator[Clearing]:
    """Yield what may be approved together, by kind and reason."""
    together = sorted((a for a in waiting if a.may_go_together), key=lambda a: (a.kind, a.reason))
    for (kind, reason), group in groupby(together, key=lambda a: (a.kind, a.reason)):
        offers = tuple(offer_of(action) for action in group)
        yield Clearing(kind.value, f"{kind.value.capitalize()} {len(offers)}: {reason}", offers)


def _single(waiting: Iterable[Action], reviews: Iterable[ReviewRow]) -> tuple[Offer, ...]:
    """Return what is approved one by one, but for what a review's row offers already."""
    reviewed = {review.id for review in reviews}
    alone = (each for each in waiting if not each.may_go_together and each.target not in reviewed)
    return tuple(offer_of(action) for action in alone)


def _matter(known: ClassifiedMessage) -> Matter:
    assert known.classification is not None
    return matter_of(known.message, known.classification.verdict)


def _is_suspicious(known: ClassifiedMessage) -> bool:
    return known.classification is not None and bool(known.classification.verdict.suspicion)


def _is_security(known: ClassifiedMessage) -> bool:
    return known.classification is not None and is_security_notice(known.message, known.classification.verdict)
