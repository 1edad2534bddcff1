"""When people are free: what is left of their working hours once what they are busy with is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from domain.calendar import Span

STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody works, by the clock of `zone`; `days` count from Monday, 0.

    An `end` that is not after `start` is on the following day.
    """

    zone: tzinfo
    start: time = time(9)
    end: time = time(18)
    days: frozenset[int] = frozenset(range(5))

    def within(self, span: Span) -> Iterator[Span]:
        """Yield the working hours that touch `span`, cut to it, in order."""
        day = span.start.astimezone(self.zone).date() - timedelta(days=1)
        while day <= span.end.astimezone(self.zone).date():
            if day.weekday() in self.days:
                hours = self._shift(day).within(span)
                if hours is not None:
                    yield hours
            day += timedelta(days=1)

    def _shift(self, day: date) -> Span:
        last = day if self.end > self.start else day + timedelta(days=1)
        return Span(self._at(day, self.start), self._at(last, self.end))

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When somebody is taken, and when he works; `hours` is None where nobody told."""

    taken: tuple[Span, ...]
    hours: WorkingHours | None = None


def told_in_parts(earlier: Schedule | None, later: Schedule | None) -> Schedule | None:
    """Return what both tell of one person, of stretches that follow on each other; None where one cannot be seen."""
    if earlier is None or later is None:
        return None
    return replace(later, taken=(*earlier.taken, *later.taken))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap; the result is in order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            last = joined.pop()
            span = Span(last.start, max(last.end, span.end))
        joined.append(span)
    return tuple(joined)


def without(span: Span, busy: Sequence[Span]) -> Iterator[Span]:
    """Yield what is left of `span` when everything in `busy` is taken out, in order."""
    at = span.start
    for taken in merged(busy):
        if taken.start > at:
            left = Span(at, taken.start).within(span)
            if left is not None:
                yield left
        at = max(at, taken.end)
    if at < span.end:
        yield Span(at, span.end)


def free_spans(span: Span, busy: Sequence[Span], hours: Sequence[WorkingHours]) -> tuple[Span, ...]:
    """Return when nobody is busy and everybody of `hours` works, within `span`, in order."""
    common = [span]
    for person in hours:
        shifts = list(person.within(span))
        common = [both for each in common for shift in shifts if (both := each.within(shift)) is not None]
    return tuple(free for each in common for free in without(each, busy))


def slots(free: Iterable[Span], length: timedelta, most: int) -> tuple[Span, ...]:
    """Return the first beginnings in each free span, on quarter hours, that leave room for `length`."""
    found: list[Span] = []
    for span in free:
        start = _rounded_up(span.start)
        while start + length <= span.end and len(found) < most:
            found.append(Span(start, start + length))
            start += max(length, STEP)
    return tuple(found)


def _rounded_up(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (STEP - past if past else timedelta(0))
