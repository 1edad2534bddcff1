"""Invitations: whoever waits for the owner's answer gets one proposed, once; every answer waits for his word."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial

from application.acting.actions import Actions
from application.acting.batches import every_action, try_one
from application.acting.drafting import Proposal
from application.marks import Marks
from application.ports.action_log import ActionQuery
from application.ports.clock import Clock
from application.ports.store import Store
from application.proposing.rule_book import only_watches
from domain.action_events import Origin, was_edited
from domain.actions import Action, Status
from domain.calendar import Event, EventStatus, Response, Span
from domain.clashes import claims_an_hour, in_the_way, said_of, said_of_free
from domain.errors import AlfredError
from domain.kinds import InvitationAnswer, Kind, arguments_of
from domain.subjects import when

log = logging.getLogger(__name__)

AHEAD = timedelta(days=183)
SOON = timedelta(days=14)
PROPOSED = "invitation/"
CALLED_OFF = "called-off/"
OF_MAIL = "uid/"
BY_MAIL = ("mail/", "about/", "latest/", "waiting", OF_MAIL)


class Once:
    """Proposes on each thing once, by its key; that of an invitation by mail begins with `mail/`."""

    def __init__(self, store: Store, actions: Actions, clock: Clock) -> None:
        self._store = store
        self._actions = actions
        self._marks = Marks(store.preferences, PROPOSED, AHEAD, clock)
        self._of_mail = Marks(store.preferences, PROPOSED + OF_MAIL, AHEAD, clock)
        self._clock = clock
        self._lock = threading.Lock()

    def is_new(self, key: str) -> bool:
        return self._marks.get(key) is None

    def forget_gone(self) -> int:
        """Let go of what was proposed on events that no calendar has any more; return how many marks went."""
        events = self._store.events.all()
        standing = {name for each in events for name in (each.id, each.series_id, CALLED_OFF + each.id)}
        gone = [name for name in self._marks.names() if not name.startswith(BY_MAIL) and name not in standing]
        return self._marks.forget(gone) + self._of_mail.forget_ended()

    def forget(self, keys: Iterable[str]) -> None:
        """Let what was settled be proposed on again, should it come up again."""
        self._marks.forget(set(self._marks.names()).intersection(keys))

    def propose(self, key: str, proposal: Proposal, until: datetime | None = None) -> Action | None:
        """Propose and note that it was done; None where it was before, and where it fails, to be tried again.

        Two accounts that are read side by side may come upon the same thing.
        """
        with self._lock:
            return self._propose(key, proposal, until)

    def _propose(self, key: str, proposal: Proposal, until: datetime | None) -> Action | None:
        if not self.is_new(key) or only_watches(self._store.preferences):
            return None
        try:
            action = self._actions.propose(proposal, actor="alfred")
        except AlfredError as error:
            log.warning("invitation could not be proposed on", extra={"code": error.code})
            return None
        self.note(key, until)
        return action

    def note_of_mail(self, action: Action, uid: str, until: datetime) -> None:
        """Remember that this is proposed because no calendar has the event of that UID."""
        self._of_mail.put(action.id, uid, until)

    def withdraw_known(self, uids: Collection[str]) -> None:
        """Withdraw what was proposed because no calendar had the events of these UIDs; an answer names its own."""
        answers = every_action(self._store.actions, ActionQuery(status=Status.PROPOSED, kind=Kind.ANSWER_INVITATION))
        mine = {each.id for each in answers if each.origin is Origin.ROUTINE and each.payload.uid in uids}
        noted = {id for id in self._of_mail.names() if self._of_mail.get(id) in uids}
        for id in sorted(noted | mine):
            try_one(id, partial(self._actions.withdraw, id, "a calendar has it by now"))
        self._of_mail.forget(noted)

    def answers_on(self, events: Iterable[str]) -> list[Action]:
        """Return the answers that wait for the owner as Alfred worded them; one that he edited is his."""
        waiting = [each for each in self._store.actions.open_for(events) if each.status is Status.PROPOSED]
        mine = [each for each in waiting if each.kind is Kind.RESPOND_EVENT and each.origin is Origin.ROUTINE]
        return [each for each in mine if not was_edited(self._store.actions.entries(each.id))]

    def take_back(self, action: Action, event: Event) -> None:
        """Withdraw what the calendars no longer bear out, and let it be proposed on again.

        Its series may be too where it was asked about by that very day: what he said of the others stands.
        """
        taken = try_one(action.id, partial(self._actions.withdraw, action.id, "your calendar says otherwise by now"))
        if taken.status is Status.SUPERSEDED:
            asked_by_it = event.series_id and self._marks.get(event.series_id) == event.id
            self._marks.forget({event.id, event.series_id} if asked_by_it else {event.id})

    def note_series(self, event: Event) -> None:
        """Note that a series was asked about, and by which of its days at first."""
        if event.series_id and self.is_new(event.series_id):
            self._marks.put(event.series_id, event.id)

    def note(self, key: str, until: datetime | None = None) -> None:
        """Let nothing be proposed under this key any more."""
        self._marks.put(key, self._clock.now().isoformat(), until)


class Invitations:
    """Proposes answers to what stands unanswered in the calendars."""

    def __init__(self, store: Store, once: Once, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._once = once
        self._clock = clock
        self._zone = zone

    def propose_answers(self) -> None:
        """Propose an answer to each invitation ahead that has none yet.

        Of a series its first day is asked about, and of the others each that soon clashes with what is promised. What
        was answered is asked about again where its organizer moves it, and so takes the answer away. What only a mail
        seemed to know of is answered here as soon as it stands here.
        """
        now = self._clock.now()
        events = self._store.events.touching(Span(now, now + AHEAD))
        self._once.withdraw_known({event.uid for event in events if event.uid and not event.foreign})
        waiting = [event for event in events if _waits_for_answer(event)]
        self._once.forget(_names(events) - _names(waiting))
        self._take_back_outdated(waiting, events)
        first = {event.id for event in first_of_each(waiting) if self._once.is_new(_key(event))}
        for event in waiting:
            soon = bool(event.series_id) and event.start < now + SOON
            clashing = _binding(event, events) if soon or event.id in first else []
            if self._once.is_new(event.id) and (clashing or event.id in first):
                self._ask(event, clashing, in_the_way(event.span, waiting, event))

    def _take_back_outdated(self, waiting: Sequence[Event], events: Sequence[Event]) -> None:
        """A clash came up, or is gone, since an answer was proposed: another one is right now."""
        asked = {event.id: event for event in waiting}
        for action in self._once.answers_on(asked):
            event = asked[action.target]
            if action.payload.response is not _right_answer(_binding(event, events)):
                self._once.take_back(action, event)

    def _ask(self, event: Event, clashing: Sequence[Event], asking: Sequence[Event]) -> None:
        """Propose an answer to one day; its series counts as asked about."""
        if self._once.propose(event.id, self._answer(event, clashing, asking)) is not None:
            self._once.note_series(event)

    def _answer(self, event: Event, clashing: Sequence[Event], asking: Sequence[Event]) -> Proposal:
        answer = InvitationAnswer(_right_answer(clashing))
        by = event.organizer.name or event.organizer.address if event.organizer else "somebody"
        free = said_of(clashing[0], self._zone) if clashing else said_of_free(asking)
        alone = "; of the series this answers that day alone" if event.series_id else ""
        return Proposal(
            Kind.RESPOND_EVENT,
            event.id,
            arguments_of(answer),
            origin=Origin.ROUTINE,
            reason=f"{by} invites you on {when(event.start, self._zone, all_day=event.all_day)}; {free}{alone}",
            tainted=True,
        )


def _names(events: Iterable[Event]) -> set[str]:
    """Return under which names these may have been asked about."""
    return {name for event in events for name in (event.id, _key(event))}


def _waits_for_answer(event: Event) -> bool:
    mine = not event.foreign and not event.is_organized_by_owner
    return mine and event.response is Response.NEEDS_ACTION and event.status is not EventStatus.CANCELLED


def _right_answer(clashing: Sequence[Event]) -> Response:
    return Response.DECLINED if clashing else Response.ACCEPTED


def first_of_each(events: Iterable[Event]) -> list[Event]:
    """Keep the first of each series, and what is in none."""
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(_key(event), event)
    return list(first.values())


def _key(event: Event) -> str:
    """What a meeting is asked about under, once: its days are one."""
    return event.series_id or event.id


def _binding(event: Event, events: Sequence[Event]) -> list[Event]:
    """Return what the owner has promised to be at then; days away keep nobody from whole days."""
    obstacles = in_the_way(event.span, events, event)
    promised = (each for each in obstacles if each.response is Response.ACCEPTED)
    return [each for each in promised if claims_an_hour(each) or claims_an_hour(event)]
