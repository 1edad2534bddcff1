"""The worlds that a calendar is tried in: a test may be its owner, anybody else and the weather."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime
from itertools import count

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from adapters.memory.series import occurrences
from application.ports.calendar import Calendar
from application.ports.executor import Executor
from domain.calendar import Attendee, Event, Response, Span
from domain.errors import OutcomeUnknown, SignInAgain, TryLater
from domain.messages import Address
from tests.contract.calendar.orders import OWNER, Draft


class CalendarWorld(ABC):
    """`calendar` and `executor` are under test; events are named by the provider's ids."""

    calendar: Calendar
    executor: Executor
    reader_only: Executor

    @abstractmethod
    def enter(self, draft: Draft) -> str:
        """Put an event, or a series, into the owner's calendar; return its id, or the series'."""

    @abstractmethod
    def move(self, id: str, span: Span) -> None: ...

    @abstractmethod
    def rename(self, id: str, title: str) -> None: ...

    @abstractmethod
    def remove(self, id: str) -> None: ...

    @abstractmethod
    def answer(self, id: str, address: str, response: Response) -> None: ...

    @abstractmethod
    def occupy(self, address: str, span: Span) -> None:
        """Let somebody else be busy then."""

    @abstractmethod
    def titles(self) -> list[str]:
        """The titles of all that stands in the owner's calendar, series once."""

    @abstractmethod
    def told(self) -> set[str]:
        """Whom the last write told of it."""

    @abstractmethod
    def expire_cursors(self) -> None: ...

    @abstractmethod
    def be_busy_once(self, *, reading: bool = False) -> None:
        """Refuse the next write, or read, for a passing reason."""

    @abstractmethod
    def lose_the_next_answer(self) -> None:
        """Let the next write take effect without telling."""

    @abstractmethod
    def break_down_once(self) -> None:
        """Fail at the next write in such a way that nobody knows what happened; in truth nothing did."""

    @abstractmethod
    def withdraw_sign_in(self) -> None: ...

    @abstractmethod
    def writes(self) -> int:
        """How many writes took effect."""


class MemoryWorld(CalendarWorld):
    def __init__(self) -> None:
        self.calendar = self._calendar = MemoryCalendar("work", OWNER)
        self.executor = self._executor = MemoryCalendarExecutor(self._calendar)
        self.reader_only = MemoryCalendarExecutor(self._calendar, ())
        self._numbers = count(1)

    def enter(self, draft: Draft) -> str:
        id = f"e{next(self._numbers)}"
        if not draft.rule:
            self._calendar.put(self._event(draft, id, draft.start))
            return id
        for start in occurrences(draft.rule, draft.start, draft.zone):
            self._calendar.put(self._event(draft, f"{id}.{start:%Y%m%d}", start, series=id))
        return id

    def move(self, id: str, span: Span) -> None:
        self._change(id, start=span.start, end=span.end)

    def rename(self, id: str, title: str) -> None:
        self._change(id, title=title)

    def remove(self, id: str) -> None:
        self._calendar.remove_named(id)

    def answer(self, id: str, address: str, response: Response) -> None:
        self._calendar.answer(id, address, response)

    def occupy(self, address: str, span: Span) -> None:
        self._calendar.others.setdefault(address, []).append(span)

    def titles(self) -> list[str]:
        series = {event.series_id or event.id: event.title for event in self._calendar.events()}
        return sorted(series.values())

    def told(self) -> set[str]:
        return set(self._executor.told[-1])

    def expire_cursors(self) -> None:
        self._calendar.forget_changes()

    def be_busy_once(self, *, reading: bool = False) -> None:
        (self._calendar if reading else self._executor).fail_next(TryLater("busy", retry_after=30))

    def lose_the_next_answer(self) -> None:
        self._executor.lose_answers()

    def break_down_once(self) -> None:
        self._executor.fail_next(OutcomeUnknown("broken down"))

    def withdraw_sign_in(self) -> None:
        self._executor.fail_next(SignInAgain("sign in again", account="work"))
        self._calendar.fail_next(SignInAgain("sign in again", account="work"))

    def writes(self) -> int:
        return len(self._executor.done)

    def _change(self, id: str, **fields: object) -> None:
        self._calendar.put(replace(self._calendar.find(id), **fields))  # type: ignore[arg-type]

    def _event(self, draft: Draft, id: str, start: datetime, series: str = "") -> Event:
        return Event(
            id=self._calendar.new_id(id),
            account="work",
            provider="memory",
            source="work/calendar",
            title=draft.title,
            start=start,
            end=start + (draft.end - draft.start),
            zone=draft.zone,
            all_day=draft.all_day,
            busy=not draft.free,
            response=dict(draft.attendees).get(OWNER, Response.ACCEPTED),
            organizer=Address("", draft.organizer),
            attendees=tuple(Attendee(Address("", who), said, is_owner=who == OWNER) for who, said in draft.attendees),
            location=draft.location,
            series_id=series,
            uid=f"{series or id}@memory",
            private=draft.private,
        )
