"""The tools that change what stands in the owner's calendars, and answer invitations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.resolve import Ambiguous, resolve
from application.chat.tools.calendar import EVENT_WORDS, LOOKS_AHEAD
from application.chat.tools.invited import addresses_of
from application.chat.tools.mailed import answer_waiting_for
from application.chat.tools.new_event import CREATE_EVENT, length_of
from application.chat.tools.proposing import outcome_of, propose
from domain.calendar import Event, Response, Span
from domain.clashes import claims_an_hour
from domain.codec import Json
from domain.errors import Invalid, NotFound
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, arguments_of
from domain.subjects import when


@dataclass(frozen=True, slots=True)
class TheEvent:
    """An event by its id or by words of its title, or by when it begins, or by both."""

    event: str = field(default="", metadata={"doc": "its id as list_events shows it, or words of its title"})
    at: datetime | None = field(default=None, metadata={"doc": "when it begins, to tell it from others"})


@dataclass(frozen=True, slots=True)
class UpdateEvent(TheEvent):
    title: str | None = None
    start: datetime | None = field(default=None, metadata={"doc": "the new beginning; its length stays"})
    minutes: int | None = field(default=None, metadata={"doc": "the new length"})
    location: str | None = None
    invite: tuple[str, ...] = field(default=(), metadata={"doc": "names or addresses to invite besides"})
    uninvite: tuple[str, ...] = field(default=(), metadata={"doc": "names or addresses to take off"})


@dataclass(frozen=True, slots=True)
class RespondToEvent(TheEvent):
    response: Response = Response.ACCEPTED
    comment: str = field(default="", metadata={"doc": "a word to the organizer"})


def update_event(workshop: Workshop, errand: Errand, wanted: UpdateEvent) -> Found:
    event = _meant(workshop, wanted)
    start = wanted.start or event.start
    length = length_of(wanted.minutes) if wanted.minutes is not None else event.end - event.start
    moved = wanted.start is not None or wanted.minutes is not None
    change = ChangeEvent(
        title=wanted.title,
        start=start if moved else None,
        end=start + length if moved else None,
        location=wanted.location,
        add_attendees=addresses_of(workshop, wanted.invite),
        remove_attendees=addresses_of(workshop, wanted.uninvite),
    )
    if change == ChangeEvent():
        raise Invalid("say what to change: the time, the title, the place, or who is invited", where="arguments")
    return outcome_of([propose(workshop, errand, Kind.UPDATE_EVENT, event.id, arguments_of(change))])


def delete_event(workshop: Workshop, errand: Errand, wanted: TheEvent) -> Found:
    return outcome_of([propose(workshop, errand, Kind.DELETE_EVENT, _meant(workshop, wanted).id, {})])


def respond_to_event(workshop: Workshop, errand: Errand, wanted: RespondToEvent) -> Found:
    try:
        event = _meant(workshop, wanted, lambda each: not each.foreign)
    except NotFound:
        return _respond_by_mail(workshop, wanted)
    answer = arguments_of(InvitationAnswer(wanted.response, wanted.comment))
    return outcome_of([propose(workshop, errand, Kind.RESPOND_EVENT, event.id, answer)])


def _respond_by_mail(workshop: Workshop, wanted: RespondToEvent) -> Found:
    """Answer what only a mail knows of: the answer that waits is shown, or edited, so that never two are sent."""
    waiting = answer_waiting_for(workshop, wanted.event)
    if waiting.payload.response is wanted.response and wanted.comment in ("", waiting.payload.text):
        return outcome_of([waiting])
    answer: dict[str, Json] = {"response": wanted.response.value, "text": wanted.comment}
    return outcome_of([workshop.actions.edit(waiting.id, answer, actor="chat")])


def _meant(workshop: Workshop, wanted: TheEvent, may_be: Callable[[Event], bool] = lambda _: True) -> Event:
    """Return the one event that is meant, of those that may be; raise `NotFound`, or `Ambiguous` naming them."""
    if not wanted.event and wanted.at is None:
        raise Invalid("say which event: words of its title, or when it begins", where="arguments.event")
    known = {event.id: event for event in _upcoming(workshop, wanted.at) if may_be(event)}
    if wanted.event in known:
        return known[wanted.event]
    if not known:
        raise NotFound(f"nothing begins {when(wanted.at, workshop.zone) if wanted.at else 'in the weeks ahead'}")
    if not wanted.event and len(known) == 1:
        return next(iter(known.values()))
    names = _first_of_each_series(known.values())
    shown = {id: event.title for id, event in names.items()}
    if not wanted.event:
        raise Ambiguous("event", shown)
    return known[resolve(wanted.event, shown, "event", workshop.embedder)]


def _upcoming(workshop: Workshop, at: datetime | None) -> tuple[Event, ...]:
    if at is None:
        return workshop.calendars.agenda.events(Span(workshop.now(), workshop.now() + LOOKS_AHEAD)).events
    near = workshop.calendars.agenda.events(Span(at, at + timedelta(minutes=1))).events
    begin = tuple(event for event in near if event.start == at) or near
    return tuple(event for event in begin if claims_an_hour(event)) or begin


def _first_of_each_series(events: Iterable[Event]) -> dict[str, Event]:
    """Keep the next occurrence of each series: words mean the one that comes first."""
    first: dict[str, Event] = {}
    for event in sorted(events, key=lambda each: each.start):
        first.setdefault(event.series_id or event.id, event)
    return {event.id: event for event in first.values()}


TOOLS = (
    CREATE_EVENT,
    Tool(
        "update_event",
        "Propose to change an event: its time, title, place, or who is invited.",
        UpdateEvent,
        Effect.PROPOSES,
        update_event,
        (*EVENT_WORDS, "move", "reschedule", "postpone", "change", "invite", "rename"),
    ),
    Tool(
        "delete_event",
        "Propose to remove an event from the calendar.",
        TheEvent,
        Effect.PROPOSES,
        delete_event,
        (*EVENT_WORDS, "cancel", "delete", "remove", "drop"),
    ),
    Tool(
        "respond_to_event",
        "Propose an answer to an invitation: accept, decline, or maybe.",
        RespondToEvent,
        Effect.PROPOSES,
        respond_to_event,
        ("accept", "decline", "invitation", "rsvp", "tentative", "maybe", "attend"),
    ),
)
