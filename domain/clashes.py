"""Where events of one owner clash, across all his calendars, and which of the two may give way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import Event, EventStatus, Response, Span
from domain.free_time import WorkingHours, free_spans, slots

LONGEST_MEETING = timedelta(hours=12)
LOOKS_AHEAD = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two events that want the owner at the same time, the earlier first; `shared` is the time that both want.

    `firm` is false where he is not yet bound to one of them: it is tentative, or he has not answered.
    """

    first: Event
    second: Event
    shared: Span
    firm: bool

    @property
    def id(self) -> str:
        return f"{self.first.id}+{self.second.id}"


def clashes_among(events: Iterable[Event]) -> tuple[Clash, ...]:
    """Return every clash among `events`, by when it begins.

    What does not claim the owner at an hour clashes with nothing: what is cancelled, declined or marked free, and
    whole days, which say where he is rather than what he does. One meeting that stands in two calendars is one.
    """
    claims = sorted((event for event in events if claims_an_hour(event)), key=lambda event: (event.start, event.id))
    found: list[Clash] = []
    open_: list[Event] = []
    for event in claims:
        open_ = [earlier for earlier in open_ if earlier.end > event.start]
        found += [_clash(earlier, event) for earlier in open_ if not is_same_meeting(earlier, event)]
        open_.append(event)
    return tuple(found)


def claims_an_hour(event: Event) -> bool:
    """Whether the event wants the owner to be somewhere at a time of the day."""
    if event.all_day or event.end - event.start > LONGEST_MEETING or event.end <= event.start:
        return False
    return event.busy and event.status is not EventStatus.CANCELLED and event.response is not Response.DECLINED


def is_same_meeting(one: Event, other: Event) -> bool:
    """Whether two entries are one meeting: the same iCalendar UID at the same time (RFC 5545, 3.8.4.7)."""
    return bool(one.uid) and one.uid == other.uid and one.start == other.start


def gives_way(clash: Clash) -> Event:
    """Return which of the two is the easier to move.

    First what he has not promised yet, then what he organizes himself, then what fewer people are invited to; of two
    that are alike, the later.
    """
    return min((clash.second, clash.first), key=_hardness)


def _hardness(event: Event) -> tuple[bool, bool, int]:
    return (_is_firm(event), not (event.is_organized_by_owner and event.attendees), len(event.others))


def _clash(earlier: Event, later: Event) -> Clash:
    shared = earlier.span.within(later.span)
    assert shared is not None
    return Clash(earlier, later, shared, _is_firm(earlier) and _is_firm(later))


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
    ahead = Span(max(now, clash.first.start), clash.first.start + LOOKS_AHEAD)
    busy = [event.span for event in events if claims_an_hour(event) and event.id != move.id]
    found = slots(free_spans(ahead, [*busy, move.span], [hours]), length, 40)
    to = next((slot for slot in found if slot.start >= move.start), None)
    return Advice(clash, move, to, tuple(each.address.name or each.address.address for each in move.others))
