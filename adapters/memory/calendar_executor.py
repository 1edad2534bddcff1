"""Carries out actions on a calendar in memory, with the same promises as a provider's executor."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.series import occurrences
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.calendar import Attendee, Event, Response, refuse_with_newcomers
from domain.codec import decode, encode
from domain.errors import AlfredError, CannotBe, NotFound, OutcomeUnknown
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, NewEvent
from domain.subjects import touched

T = TypeVar("T")
_KINDS = frozenset({Kind.CREATE_EVENT, Kind.UPDATE_EVENT, Kind.DELETE_EVENT, Kind.RESPOND_EVENT})


class MemoryCalendarExecutor(Executor):
    """Writes into a `MemoryCalendar`; every effect is in `done`, in order, with who was told of it."""

    kinds = _KINDS

    def __init__(self, calendar: MemoryCalendar, granted: Collection[Kind] = _KINDS) -> None:
        self.done: list[tuple[str, str]] = []
        self.told: list[tuple[str, ...]] = []
        self._calendar = calendar
        self._granted = granted
        self._troubles: deque[AlfredError] = deque()
        self._lost = 0

    def fail_next(self, error: AlfredError) -> None:
        """Let the next write raise `error`, with nothing done."""
        self._troubles.append(error)

    def lose_answers(self, number: int = 1) -> None:
        """Let the next writes take effect, with nobody told."""
        self._lost += number

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return () if kind in self._granted else ("write events",)

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        if action.kind is Kind.CREATE_EVENT:
            return f"alfred-{action.id}"
        event = self._standing(action)[0]
        if action.basis and action.basis != event.version:
            raise _changed()
        if isinstance(action.payload, InvitationAnswer) and not any(each.is_owner for each in event.attendees):
            raise CannotBe("you are not among those invited, so there is nothing to answer", code="not_invited")
        return json.dumps(encode(event))

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("nothing was prepared", code="not_prepared")
        if action.kind is Kind.CREATE_EVENT:
            return self._create(action, token)
        before = _read(token)
        if action.kind is Kind.DELETE_EVENT:
            if action.attempts > 1 and self._find(before.provider_id) is None:
                return {"before": token}
            self._write(action, before, lambda: self._calendar.remove(self._at(before).provider_id))
            return {"before": token}
        if isinstance(action.payload, InvitationAnswer):
            self._answer(action, action.payload.response)
            return {"before": token}
        self._write(action, before, lambda: self._calendar.put(self._after(action, self._at(before))))
        return {"before": token}

    def look(self, action: Action, token: str | None) -> Look:
        if token is None:
            return Look(Outcome.NOT_YET)
        if action.kind is Kind.CREATE_EVENT:
            there = self._calendar.named(token)
            return Look(Outcome.HAPPENED, {"event": token, "link": ""}) if there else Look(Outcome.NOT_YET)
        before = _read(token)
        if isinstance(action.payload, InvitationAnswer):
            said = {each.response for each in self._named(action)}
            return (
                Look(Outcome.HAPPENED, {"before": token})
                if said == {action.payload.response}
                else Look(Outcome.NOT_YET)
            )
        now = self._find(before.provider_id)
        if action.kind is Kind.DELETE_EVENT:
            happened = now is None
        else:
            happened = now is not None and replace(now, version="") == replace(self._after(action, before), version="")
        return Look(Outcome.HAPPENED, {"before": token}) if happened else Look(Outcome.NOT_YET)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing is left in the calendar before it is done."""

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        if action.kind is Kind.CREATE_EVENT:
            self._uncreate(action, receipt["event"])
            return {}
        before = _read(receipt["before"])
        if action.kind is Kind.DELETE_EVENT:
            if self._find(before.provider_id) is None:
                self._write(action, before, lambda: self._calendar.put(before))
            return {"event": before.provider_id}
        if isinstance(action.payload, InvitationAnswer):
            self._answer(action, before.response)
            return {}
        now = self._standing(action)[0]
        self._write(action, now, lambda: self._calendar.put(_put_back(action, now, before)))
        return {}

    def _create(self, action: Action, id: str) -> Mapping[str, str]:
        new = action.payload
        assert isinstance(new, NewEvent)
        if not self._calendar.named(id):
            made = self._all_made(new, id)
            self._write(action, made[0], lambda: [self._calendar.put(each) for each in made])
        return {"event": id, "link": ""}

    def _uncreate(self, action: Action, id: str) -> None:
        made = self._calendar.named(id)
        if made:
            refuse_with_newcomers(action.payload.attendees, (each.address.address for each in made[0].others))
            self._write(action, made[0], lambda: self._calendar.remove_named(id))

    def _all_made(self, new: NewEvent, id: str) -> Sequence[Event]:
        """Return the event, or the days of a series."""
        first = self._made(new, id)
        if not new.recurrence:
            return [first]
        [rule] = new.recurrence
        return [
            replace(
                first,
                id=self._calendar.new_id(f"{id}.{start:%Y%m%d}"),
                start=start,
                end=start + (new.end - new.start),
                series_id=id,
            )
            for start in occurrences(rule, new.start, first.zone)
        ]

    def _made(self, new: NewEvent, id: str) -> Event:
        calendar = self._calendar
        return Event(
            id=calendar.new_id(id),
            account=calendar.account,
            provider="memory",
            source=calendar.name,
            title=new.title,
            start=new.start,
            end=new.end,
            zone=new.zone or "UTC",
            all_day=new.all_day,
            organizer=calendar.attendee(calendar.owner).address,
            attendees=tuple(map(calendar.attendee, new.attendees)),
            location=new.location,
            description=new.description,
            join_url="https://meet.invalid/1" if new.online else "",
            uid=f"{id}@memory",
        )

    def _after(self, action: Action, event: Event) -> Event:
        asked = action.payload
        assert isinstance(asked, ChangeEvent)
        texts = {
            name: text for name in ("title", "location", "description") if (text := getattr(asked, name)) is not None
        }
        span = asked.moved(event.span)
        return replace(event, **texts, start=span.start, end=span.end, attendees=self._people(event, asked))

    def _people(self, event: Event, asked: ChangeEvent) -> tuple[Attendee, ...]:
        leaving = {address.lower() for address in asked.remove_attendees}
        kept = [each for each in event.attendees if each.address.address not in leaving]
        known = {each.address.address for each in kept}
        coming = [self._calendar.attendee(each) for each in asked.add_attendees if each.lower() not in known]
        return (*kept, *coming)

    def _answer(self, action: Action, response: Response) -> None:
        """Answer an event, or all that is left of a series."""
        events = self._standing(action)
        self._write(action, events[0], lambda: [self._calendar.put(_answered(each, response)) for each in events])

    def _standing(self, action: Action) -> Sequence[Event]:
        found = self._named(action)
        if not found:
            raise CannotBe("the event no longer exists", code="gone")
        return found

    def _named(self, action: Action) -> Sequence[Event]:
        return self._calendar.named(action.target.removeprefix(action.account + ":"))

    def _at(self, seen: Event) -> Event:
        """Return the event, which must stand as it was seen."""
        found = self._find(seen.provider_id)
        if found is None:
            raise CannotBe("the event no longer exists", code="gone")
        if found.version != seen.version:
            raise _changed()
        return found

    def _find(self, provider_id: str) -> Event | None:
        try:
            return self._calendar.find(provider_id)
        except NotFound:
            return None

    def _write(self, action: Action, event: Event, effect: Callable[[], T]) -> T:
        """Do one write, unless trouble is waiting; the answer may get lost."""
        if self._troubles:
            raise self._troubles.popleft()
        done = effect()
        self.done.append((action.kind.value, event.provider_id))
        self.told.append(touched(action.payload, None) + tuple(each.address.address for each in event.others))
        if self._lost:
            self._lost -= 1
            raise OutcomeUnknown("the answer got lost")
        return done


def _put_back(action: Action, now: Event, before: Event) -> Event:
    """Return the event with what the action changed as it was."""
    asked = action.payload
    assert isinstance(asked, ChangeEvent)
    names = [name for name in ("title", "location", "description") if getattr(asked, name) is not None]
    if asked.start is not None or asked.end is not None:
        names += ["start", "end"]
    if asked.add_attendees or asked.remove_attendees:
        names.append("attendees")
    return replace(now, **{name: getattr(before, name) for name in names})


def _answered(event: Event, response: Response) -> Event:
    people = tuple(replace(each, response=response) if each.is_owner else each for each in event.attendees)
    return replace(event, attendees=people, response=response)


def _read(token: str) -> Event:
    return decode(Event, json.loads(token), "token")


def _changed() -> CannotBe:
    return CannotBe("the event was changed meanwhile; look at it again", code="changed")
