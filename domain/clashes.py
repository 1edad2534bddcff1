"""Where events of one owner clash, across all his calendars, and which of the two may give way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from domain.calendar import Event, EventStatus, Response, Span
from domain.free_time import WorkingHours, free_spans, slots
from domain.places import is_far_apart
from domain.subjects import when

LONGEST_MEETING = timedelta(hours=12)
LOOKS_AHEAD = timedelta(days=4)
TRAVEL = timedelta(minutes=30)


class ClashKind(StrEnum):
    """`overlap`: both at once. `away`: a meeting on a day that is taken whole. `travel`: no time for the way."""

    OVERLAP = "overlap"
    AWAY = "away"
    TRAVEL = "travel"


@dataclass(frozen=True, slots=True)
class Clash:
    """Two events that want the owner at the same time, the earlier first; `shared` is the time that both want.

    `firm` is false where he may well do both, or is not yet bound to one of them: it is tentative, or he has not
    answered. The time to get from one place to another is wanted by both.
    """

    first: Event
    second: Event
    shared: Span
    firm: bool
    kind: ClashKind = ClashKind.OVERLAP

    @property
    def id(self) -> str:
        """The same whichever calendar's entries of the two meetings are kept, and however long their UIDs are."""
        meetings = sorted(map(_meeting, (self.first, self.second)))
        return hashlib.sha256(repr(meetings).encode()).hexdigest()[:24]

    @property
    def former_id(self) -> str:
        """What it was called when it was named by the entries; what was told of then bears this name."""
        return f"{self.first.id}+{self.second.id}"

    @property
    def away(self) -> Event | None:
        """What takes the whole day; None where nothing does."""
        if self.kind is not ClashKind.AWAY:
            return None
        return self.second if claims_an_hour(self.first) else self.first

    @property
    def said(self) -> str:
        """In words, what is not plain from two times that overlap."""
        match self.kind:
            case ClashKind.OVERLAP:
                return ""
            case ClashKind.AWAY:
                return "You are away that day."
            case ClashKind.TRAVEL:
                minutes = int((self.second.start - self.first.end).total_seconds() // 60)
                time = f"Only {minutes} minutes" if minutes else "No time"
                return f"{time} to get from {self.first.location} to {self.second.location}."


def clashes_among(events: Iterable[Event]) -> tuple[Clash, ...]:
    """Return every clash among `events`, by when it begins.

    What takes no time clashes with nothing: what is cancelled, declined or marked free. Whole days, which say where he
    is rather than what he does, clash with meetings alone. One meeting that stands in two calendars is one.
    """
    taking = sorted(_once_each(filter(takes_time, events)), key=lambda event: (event.start, event.id))
    found: list[Clash] = []
    open_: list[Event] = []
    for event in taking:
        open_ = [earlier for earlier in open_ if earlier.end + TRAVEL > event.start]
        found += [clash for earlier in open_ if (clash := _clash(earlier, event)) is not None]
        open_.append(event)
    return tuple(found)


def _once_each(events: Iterable[Event]) -> list[Event]:
    """Keep of a meeting that stands in several calendars the entry that binds the owner the most.

    Of those that bind him alike it is the one that he organizes, for there he can move it.
    """
    kept: dict[object, Event] = {}
    for event in sorted(events, key=lambda each: (not _is_firm(each), not each.is_organized_by_owner, each.id)):
        kept.setdefault((event.uid, event.start) if event.uid else event.id, event)
    return list(kept.values())


def _meeting(event: Event) -> str:
    """Name a meeting, or one occurrence of a series, whose entries share a UID."""
    if not event.uid:
        return event.id
    return f"{event.uid}/{event.start:%Y%m%dT%H%M}" if event.series_id else event.uid


def takes_time(event: Event) -> bool:
    """Whether the owner is taken while it lasts, be it an hour or days."""
    if event.foreign or event.end <= event.start or event.status is EventStatus.CANCELLED:
        return False
    return event.busy and event.response is not Response.DECLINED


def claims_an_hour(event: Event) -> bool:
    """Whether the event wants the owner to be somewhere at a time of the day."""
    return takes_time(event) and not event.all_day and event.end - event.start <= LONGEST_MEETING


def takes_the_day(event: Event) -> bool:
    """Whether the owner is away for it: it takes whole days, and he is bound to it."""
    return takes_time(event) and not claims_an_hour(event) and _is_firm(event)


def is_same_meeting(one: Event, other: Event) -> bool:
    """Whether two entries are one meeting: the same iCalendar UID at the same time (RFC 5545, 3.8.4.7)."""
    return bool(one.uid) and one.uid == other.uid and one.start == other.start


def in_the_way(wanted: Span, events: Iterable[Event], own: Event | None = None) -> tuple[Event, ...]:
    """Return what else takes the owner within `wanted`: what claims an hour, and then days away.

    `own`, which is wanted then, is not in its own way; nor is what stands for it in another calendar, which may not
    have been moved along yet.
    """
    others = [each for each in events if each.span.overlaps(wanted) and not (own and _stands_for(each, own))]
    return (*filter(claims_an_hour, others), *filter(takes_the_day, others))


def said_of_free(asking: Sequence[Event]) -> str:
    """Say that the owner is free then, and who else asks for that time."""
    others = ", ".join(dict.fromkeys(f"“{each.title}”" for each in asking))
    return f"you are free then, but {others} asks for that time too" if others else "you are free then"


def said_of(obstacle: Event, zone: tzinfo) -> str:
    """Say what is in the way."""
    if claims_an_hour(obstacle):
        return f"it clashes with “{obstacle.title}”, {when(obstacle.start, zone)}"
    return f"you are away that day: “{obstacle.title}”"


def _stands_for(one: Event, other: Event) -> bool:
    elsewhere = bool(one.uid) and one.uid == other.uid and one.source != other.source
    return one.id == other.id or elsewhere or is_same_meeting(one, other)


def gives_way(clash: Clash) -> Event:
    """Return which of the two is the easier to move.

    First what he has not promised yet, then what he organizes himself, then what fewer people are invited to; of two
    that are alike, the later. Days away stay.
    """
    if clash.away is not None:
        return clash.first if clash.away is clash.second else clash.second
    return min((clash.second, clash.first), key=_hardness)


def _hardness(event: Event) -> tuple[bool, bool, int]:
    return (_is_firm(event), not (event.is_organized_by_owner and event.attendees), len(event.others))


def _clash(earlier: Event, later: Event) -> Clash | None:
    kind = _kind(earlier, later)
    if kind is None:
        return None
    wanted = Span(earlier.start, earlier.end + TRAVEL) if kind is ClashKind.TRAVEL else earlier.span
    shared = wanted.within(later.span)
    assert shared is not None
    return Clash(earlier, later, shared, kind is ClashKind.OVERLAP and _is_firm(earlier) and _is_firm(later), kind)


def _kind(earlier: Event, later: Event) -> ClashKind | None:
    hours = [event for event in (earlier, later) if claims_an_hour(event)]
    if not earlier.span.overlaps(later.span):
        return ClashKind.TRAVEL if len(hours) == 2 and is_far_apart(earlier, later) else None
    if len(hours) == 2:
        return ClashKind.OVERLAP
    is_away = takes_the_day(earlier) or takes_the_day(later)
    return ClashKind.AWAY if is_away and any(map(_is_meeting, hours)) else None


def _is_meeting(event: Event) -> bool:
    return bool(event.others) or not event.is_organized_by_owner


def _is_firm(event: Event) -> bool:
    return event.status is EventStatus.CONFIRMED and event.response is Response.ACCEPTED


@dataclass(frozen=True, slots=True)
class Advice:
    """Which event of a clash to move, to when (None where no time was found), and who would hear of it."""

    clash: Clash
    move: Event
    to: Span | None
    notified: tuple[str, ...]


def advice_on(clash: Clash, events: Sequence[Event], hours: WorkingHours, now: datetime) -> Advice:
    """Advise on a clash: the next time within the same or the following days that suits the owner's calendars."""
    move = gives_way(clash)
    length = move.end - move.start
    ahead = Span(max(now, move.start), max(now, move.start) + LOOKS_AHEAD)
    busy = [event.span for event in events if takes_time(event) and event.id != move.id]
    if clash.kind is ClashKind.TRAVEL:
        busy += [Span(each.start - TRAVEL, each.end + TRAVEL) for each in (clash.first, clash.second) if each != move]
    to = next(iter(slots(free_spans(ahead, [*busy, move.span], [hours]), length, 1)), None)
    return Advice(clash, move, to, tuple(each.address.name or each.address.address for each in move.others))
