"""Invitations: whoever waits for the owner's answer gets one proposed, once; accepting always waits for his word."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta, tzinfo
from typing import NamedTuple

from application.acting.actions import Actions, Proposal
from application.ports.clock import Clock
from application.ports.invitations import InvitationReader
from application.ports.store import Store
from application.proposing.proposals import only_watches
from domain.action_events import Origin
from domain.calendar import Event, EventStatus, Response, Span
from domain.clashes import claims_an_hour, takes_the_day
from domain.codec import Json
from domain.errors import AlfredError
from domain.invitations import Invitation, Method
from domain.kinds import InvitationAnswer, Kind, NewEvent, arguments_of
from domain.messages import Message
from domain.subjects import when

log = logging.getLogger(__name__)

AHEAD = timedelta(days=183)
PROPOSED = "invitation/"


class Asked(NamedTuple):
    """An invitation, and the mail that brought it."""

    message: Message
    invitation: Invitation


class Invitations:
    """Proposes answers to what stands unanswered in the calendars, and to put there what came by mail alone."""

    def __init__(self, store: Store, actions: Actions, reader: InvitationReader, clock: Clock, zone: tzinfo) -> None:
        self._store = store
        self._actions = actions
        self._reader = reader
        self._clock = clock
        self._zone = zone

    def propose_answers(self) -> None:
        """Propose an answer to each invitation ahead that has none yet; of a series, to all of it by its first."""
        ahead = Span(self._clock.now(), self._clock.now() + AHEAD)
        events = self._store.events.touching(ahead)
        for event in _first_of_each(event for event in events if _waits_for_answer(event)):
            key = event.series_id or event.id
            if self._is_first_time(key) and self._is_proposed(self._answer(event, events)):
                self._mark(key)

    def asked_in(self, messages: Iterable[Message]) -> list[Asked]:
        """Return what these mails invite to, and is not over."""
        return [Asked(message, each) for message in messages for each in self._read(message)]

    def propose_notes(self, asked: Iterable[Asked]) -> None:
        """Propose to note what no calendar knows of; nobody else is told of it."""
        if not self._actions.can(Kind.CREATE_EVENT):
            return
        known = {event.uid for event in self._store.events.all()}
        for each in asked:
            key = _key(each)
            if each.invitation.uid not in known and self._is_first_time(key) and self._is_proposed(_note(each)):
                self._mark(key)

    def _answer(self, event: Event, events: Sequence[Event]) -> Proposal:
        clashing = [each for each in events if _clash(event, each)]
        answer = InvitationAnswer(Response.DECLINED if clashing else Response.ACCEPTED)
        by = event.organizer.name or event.organizer.address if event.organizer else "somebody"
        free = _collision(clashing[0]) if clashing else "you are free then"
        return Proposal(
            Kind.RESPOND_EVENT,
            event.id,
            arguments_of(answer),
            origin=Origin.ROUTINE,
            reason=f"{by} invites you on {when(event.start, self._zone, all_day=event.all_day)}; {free}",
            tainted=True,
        )

    def _is_proposed(self, proposal: Proposal) -> bool:
        """Propose; return whether that went well."""
        if only_watches(self._store.preferences):
            return False
        try:
            self._actions.propose(proposal, actor="alfred")
        except AlfredError as error:
            log.warning("invitation could not be proposed on", extra={"code": error.code})
            return False
        return True

    def _read(self, message: Message) -> list[Invitation]:
        texts = message.mail.invitations if message.mail is not None and not message.is_from_owner else ()
        read = (each for text in texts for each in self._reader.read(text, str(self._zone)))
        now = self._clock.now()
        return [
            each
            for each in read
            if each.method is Method.REQUEST and not each.is_cancellation and each.span and each.span.end > now
        ]

    def _is_first_time(self, key: str) -> bool:
        return self._store.preferences.get(PROPOSED + key) is None

    def _mark(self, key: str) -> None:
        """Note that it was proposed; only afterwards, for what failed is proposed the next time."""
        self._store.preferences.put(PROPOSED + key, self._clock.now().isoformat())


def _waits_for_answer(event: Event) -> bool:
    mine = not event.is_organized_by_owner and event.response is Response.NEEDS_ACTION
    return mine and event.status is not EventStatus.CANCELLED


def _first_of_each(events: Iterable[Event]) -> list[Event]:
    first: dict[str, Event] = {}
    for event in events:
        first.setdefault(event.series_id or event.id, event)
    return list(first.values())


def _clash(event: Event, other: Event) -> bool:
    takes_part = claims_an_hour(other) or (takes_the_day(other) and claims_an_hour(event))
    bound = other.response is Response.ACCEPTED and takes_part
    return other.id != event.id and other.uid != (event.uid or None) and bound and event.span.overlaps(other.span)


def _collision(other: Event) -> str:
    return f"it clashes with “{other.title}”" if claims_an_hour(other) else f"you are away that day: “{other.title}”"


def _key(asked: Asked) -> str:
    """Name an invitation by who sent it where, too: whoever knows a UID can send one of his own under it."""
    message, invitation = asked
    parts = (message.source, message.sender.address.casefold(), invitation.uid, str(invitation.sequence))
    return f"mail/{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"


def _note(asked: Asked) -> Proposal:
    message, invitation = asked
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
    sender = message.sender.name or message.sender.address
    reason = f"the mail from {sender} invites you, and no calendar has it"
    return Proposal(Kind.CREATE_EVENT, "", arguments, origin=Origin.ROUTINE, reason=reason, tainted=True)
