"""Invitations that came by mail alone: answered by mail, noted in a calendar, and taken out again when called off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from application.acting.actions import Actions
from application.acting.drafting import Proposal
from application.calendars.asked import MAIL, Asked
from application.calendars.invitations import CALLED_OFF, PROPOSED, Once, first_of_each
from application.calendars.waiting import Waiting
from application.intake.handing_on import BROKE, OUT_OF_REACH
from application.marks import Marks
from application.ports.clock import Clock
from application.ports.invitations import InvitationReader
from application.ports.store import Store
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.calendar import Event, EventStatus, Response, Span, event_id
from domain.clashes import in_the_way, said_of, said_of_free
from domain.codec import Json
from domain.errors import NotFound
from domain.invitations import Invitation
from domain.kinds import ChangeEvent, InvitationReply, Kind, NewEvent, arguments_of
from domain.messages import Authentication, Label, Message
from domain.subjects import when

log = logging.getLogger(__name__)

ABOUT = "invitation/about/"
LATEST = "invitation/latest/"
AFTERWARDS = timedelta(days=7)
A_SERIES = timedelta(days=400)
SETTLES = timedelta(minutes=2)
PATIENCE = timedelta(hours=6)
IsKnown = Callable[[str, Span], bool]


class MailedInvitations:
    """Proposes on what no calendar knows of; what is put off is looked at when every calendar was read."""

    def __init__(
        self,
        store: Store,
        actions: Actions,
        once: Once,
        reader: InvitationReader,
        is_known: IsKnown,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._actions = actions
        self._once = once
        self._reader = reader
        self._is_known = is_known
        self._clock = clock
        self._zone = zone
        self._turn, self._wanted = threading.Lock(), threading.Event()
        self._waiting = Waiting(store.preferences, clock)
        self._about = Marks(store.preferences, ABOUT, A_SERIES, clock)
        self._latest = Marks(store.preferences, LATEST, A_SERIES, clock)
        self._proposed = Marks(store.preferences, PROPOSED + MAIL, A_SERIES, clock)

    def forget_ended(self) -> int:
        """Let go of what was noted of invitations that are over; what stands in a calendar because of one holds it."""
        ahead = [each for each in self._store.events.all() if each.end > self._clock.now()]
        standing = {id for each in ahead for id in (each.id, event_id(each.account, each.series_id))}
        for name in self._about.names():
            if self._noted((name,)) & standing:
                self._about.hold(name)
        return sum(marks.forget_ended() for marks in (self._about, self._latest, self._proposed))

    def asked_in(self, messages: Iterable[Message]) -> list[Asked]:
        """Return what these mails invite to, or call off, and is not over."""
        return [Asked(message, each) for message in messages for each in self._read(message)]

    def propose(self, asked: Iterable[Asked], is_known: IsKnown) -> None:
        """Propose to answer and to note what no calendar knows of, and to take out what was called off."""
        for each in filter(self._is_latest, asked):
            if each.invitation.is_cancellation:
                self._call_off(each)
            elif (span := each.invitation.span) is not None and not is_known(each.invitation.uid, span):
                self._propose_on(each)

    def put_off(self, asked: Iterable[Asked]) -> None:
        """Keep what came until the calendars were read after it."""
        self._waiting.put(dict.fromkeys(each.message.id for each in asked))

    def propose_put_off(self, were_read_since: Callable[[datetime], bool]) -> None:
        """Propose on what was put off and came before the calendars were read; once, whichever of the rounds is first.

        A provider that enters what it finds in a mail may take a while over it. A calendar that long cannot be read or
        asked holds up nothing. While one of the rounds is at it, the others have it look once more and go on, for a
        calendar may be slow to answer.
        """
        self._wanted.set()
        while self._wanted.is_set() and self._turn.acquire(blocking=False):
            try:
                self._wanted.clear()
                self._propose_settled(were_read_since)
            finally:
                self._turn.release()

    def _propose_settled(self, were_read_since: Callable[[datetime], bool]) -> None:
        waiting = self._waiting.all()
        self._waiting.drop({id for id, since in waiting.items() if self._is_settled(id, since, were_read_since)})

    def _is_settled(self, id: str, since: datetime | None, were_read_since: Callable[[datetime], bool]) -> bool:
        """Propose on what one mail asks, where it is time; return whether it need not wait any more."""
        message = self._message(id)
        if message is None:
            return True
        if self._clock.now() - (since or message.received_at) > PATIENCE:
            return self._propose_alone(message, self._is_known_for_sure)
        return were_read_since(message.received_at + SETTLES) and self._propose_alone(message, self._is_known)

    def _propose_alone(self, message: Message, is_known: IsKnown) -> bool:
        """Propose on what one mail asks; return whether that is settled.

        One over which that breaks is set aside, and keeps no other waiting.
        """
        try:
            self.propose(self.asked_in([message]), is_known)
        except OUT_OF_REACH as error:
            log.info("invitation waits", extra={"id": message.id, "code": error.code})
            return False
        except Exception:  # whatever one mail sets off, the others are not kept from what they wait for
            log.exception("invitation broke", extra={"id": message.id})
            self._store.messages.set_aside(message.source, message.provider_id, BROKE, self._clock.now())
        return True

    def _is_known_for_sure(self, uid: str, span: Span) -> bool:
        """Whether a calendar says that it has the event; one that cannot say is waited for no longer."""
        try:
            return self._is_known(uid, span)
        except OUT_OF_REACH:
            return False

    def _is_latest(self, asked: Asked) -> bool:
        """Whether nothing later was said of it, by SEQUENCE (RFC 5546, 2.1.4); calling off ends the same."""
        name, rank = asked.origin, asked.rank
        latest = self._latest.get(name)
        if isinstance(latest, int) and rank < latest:
            return False
        self._latest.put(name, rank, self._until(asked))
        return True

    def _until(self, asked: Asked) -> datetime:
        """Return when nothing can come of an invitation any more; a series, or one without a time, may go on."""
        invitation = asked.invitation
        if invitation.span is None or asked.is_series:
            return self._clock.now() + A_SERIES
        return max(invitation.span.end, self._clock.now()) + AFTERWARDS

    def _propose_on(self, asked: Asked) -> None:
        """Propose to answer, and to note it; what was noted of it before is changed instead."""
        standing = self._standing(asked)
        if self._once.is_new(asked.key) and self._once.is_new(f"{asked.key}/answer"):
            self._withdraw((asked.origin,), "the invitation was changed")
            self._let_stand(each for each in standing if asked.invitation.occurrence or not each.series_id)
        self._propose(f"{asked.key}/answer", asked, self._answer(asked, standing))
        note = self._renewed(asked, standing) if standing else _note(asked)
        if note is not None:
            self._propose(asked.key, asked, note)

    def _propose(self, key: str, asked: Asked, proposal: Proposal) -> None:
        until = self._until(asked)
        if self._actions.can(proposal.kind) and (action := self._once.propose(key, proposal, until)) is not None:
            self._about.put(asked.origin, [*self._remembered(asked.origin), action.id], until)
            self._once.note_of_mail(action, asked.invitation.uid, until)

    def _withdraw(self, names: Iterable[str], reason: str) -> None:
        for id in (id for name in names for id in self._remembered(name)):
            self._actions.withdraw(str(id), reason)

    def _let_stand(self, events: Iterable[Event]) -> None:
        """Withdraw what was proposed when these were called off: they take place after all.

        Of a series that is sent anew the days that were called off by themselves stay so.
        """
        ids = [each.id for each in events]
        self._once.forget(CALLED_OFF + id for id in ids)
        for action in self._store.actions.open_for(ids):
            if action.kind is Kind.DELETE_EVENT and action.origin is Origin.ROUTINE:
                self._actions.withdraw(action.id, "it takes place after all")

    def _answer(self, asked: Asked, standing: Sequence[Event]) -> Proposal:
        message, invitation = asked
        assert invitation.span is not None
        ours = {each.id for each in standing}
        events = [each for each in self._store.events.touching(invitation.span) if each.id not in ours]
        wanting = () if invitation.all_day else in_the_way(invitation.span, events)
        obstacle = next((each for each in wanting if each.response is Response.ACCEPTED), None)
        asking = [each for each in wanting if each.response is Response.NEEDS_ACTION]
        answer = InvitationReply(
            response=Response.DECLINED if obstacle else Response.ACCEPTED,
            uid=invitation.uid,
            occurrence=invitation.recurrence_id,
        )
        free = said_of(obstacle, self._zone) if obstacle else said_of_free(asking)
        time = when(invitation.span.start, self._zone, all_day=invitation.all_day)
        reason = f"the mail from {asked.sender} invites you on {time}; {free}"
        arguments = arguments_of(answer)
        return Proposal(
            Kind.ANSWER_INVITATION, message.id, arguments, origin=Origin.ROUTINE, reason=reason, tainted=True
        )

    def _call_off(self, asked: Asked) -> None:
        """Withdraw what is proposed on the invitation, and propose to take out what stands in a calendar.

        Of a series that is called off so are its occurrences; one occurrence is called off by itself. Only the
        organizer's own word counts, and of a note of ours only that of whoever sent the invitation.
        """
        reason = f"{asked.sender} called it off by mail"
        self._withdraw(self._names(asked), reason)
        ahead = (each for each in self._standing(asked) if each.end > self._clock.now())
        for event in first_of_each(ahead):
            is_first = event.series_id and asked.invitation.occurrence is None
            why = f"{reason}; of the series this takes out the next one" if is_first else reason
            proposal = Proposal(Kind.DELETE_EVENT, event.id, origin=Origin.ROUTINE, reason=why, tainted=True)
            self._once.propose(CALLED_OFF + event.id, proposal)

    def _standing(self, asked: Asked) -> list[Event]:
        """Return what stands in a calendar and is what this is about: noted because of it, or its organizer's own."""
        noted, series = self._noted(self._names(asked)), self._noted((asked.series,))
        own = (each for each in self._store.events.all() if not each.foreign)
        events = (each for each in own if each.status is not EventStatus.CANCELLED)
        return [each for each in events if each.id in noted or asked.names(each, series)]

    def _noted(self, names: Iterable[str]) -> set[str]:
        """Return the ids of the events that were noted of these invitations, or changed with them."""
        return {id for each in self._executed(names) if (id := _written(each))}

    def _executed(self, names: Iterable[str]) -> list[Action]:
        actions = [self._store.actions.get(str(id)) for name in names for id in self._remembered(name)]
        return [each for each in actions if each.status is Status.EXECUTED]

    def _renewed(self, asked: Asked, standing: Sequence[Event]) -> Proposal | None:
        """Return what makes of the note what is asked for now; None where it says just that.

        A whole series cannot be moved; it is noted anew, and its card says that the one before still stands.
        """
        if (change := _change(asked, standing[0])) is not None:
            return _changing(asked, standing[0], change, self._zone) if change != ChangeEvent() else None
        note = _note(asked)
        written = [each for each in self._executed((asked.origin,)) if each.kind is Kind.CREATE_EVENT]
        if written and arguments_of(written[-1].payload) == note.arguments:
            return None
        what = "the series" if asked.is_series else "it"
        reason = f"{asked.sender} changed {what} by mail; what was noted of it before still stands in your calendar"
        return replace(note, reason=reason)

    def _names(self, asked: Asked) -> tuple[str, ...]:
        """Return under which names is kept what was proposed on this: of a series, on its occurrences, too."""
        return self._about.names(asked.origin)

    def _remembered(self, name: str) -> list[Json]:
        """Return the ids of what was proposed on one invitation of one sender."""
        ids = self._about.get(name)
        return ids if isinstance(ids, list) else []

    def _message(self, id: str) -> Message | None:
        try:
            return self._store.messages.get(id).message
        except NotFound:
            return None

    def _read(self, message: Message) -> list[Invitation]:
        mail = message.mail
        if mail is None or message.is_from_owner or Label.SPAM in message.labels:
            return []
        if mail.authentication is Authentication.FAILED:
            return []
        read = (each for text in mail.invitations for each in self._reader.read(text, str(self._zone)))
        now = self._clock.now()
        return [
            each
            for each in read
            if each.is_cancellation or (each.is_request and each.span is not None and each.span.end > now)
        ]


def _note(asked: Asked) -> Proposal:
    invitation = asked.invitation
    assert invitation.span is not None
    event = NewEvent(
        title=invitation.title,
        start=invitation.span.start,
        end=invitation.span.end,
        all_day=invitation.all_day,
        zone=invitation.zone,
        location=invitation.location,
        recurrence=invitation.recurrence,
    )
    arguments: dict[str, Json] = arguments_of(event)
    reason = f"the mail from {asked.sender} invites you, and no calendar has it"
    return Proposal(Kind.CREATE_EVENT, "", arguments, origin=Origin.ROUTINE, reason=reason, tainted=True)


def _change(asked: Asked, event: Event) -> ChangeEvent | None:
    """Return what of the event is to change; None where it would have to become another kind of event."""
    invitation = asked.invitation
    all_of_series = asked.is_series or (bool(event.series_id) and invitation.occurrence is None)
    if invitation.span is None or all_of_series or invitation.all_day != event.all_day:
        return None
    title, place = invitation.title, invitation.location
    change = ChangeEvent(
        title=title if title and title != event.title else None,
        location=place if place and place != event.location else None,
    )
    if invitation.span == event.span:
        return change
    return replace(change, start=invitation.span.start, end=invitation.span.end)


def _changing(asked: Asked, event: Event, change: ChangeEvent, zone: tzinfo) -> Proposal:
    moved = f"moved it by mail from {when(event.start, zone, all_day=event.all_day)}"
    reason = f"{asked.sender} {moved if change.start else 'changed it by mail'}"
    arguments = arguments_of(change)
    return Proposal(Kind.UPDATE_EVENT, event.id, arguments, origin=Origin.ROUTINE, reason=reason, tainted=True)


def _written(action: Action) -> str:
    """Return the id of the event that an action wrote or changed; empty for none."""
    if action.kind is Kind.UPDATE_EVENT:
        return action.target
    event = (action.receipt or {}).get("event")
    return event_id(action.account, event) if event else ""
