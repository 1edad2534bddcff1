"""What an action is about when it is no message: how its title names it, what it rests on, and whom it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from domain.calendar import Event, EventStatus
from domain.kinds import ChangeEvent, NewEvent
from domain.tasks import Task


@dataclass(frozen=True, slots=True)
class Subject:
    """The target of an action, as far as the log cares.

    `name` stands in the title. `basis` is a fingerprint of what was shown of it. `touches` are other people's
    addresses that a change of it reaches. `gone` says why nothing can be done with it any more.
    """

    account: str
    source: str
    name: str
    basis: str = ""
    touches: tuple[str, ...] = ()
    gone: str | None = None


def subject_of_event(event: Event, zone: tzinfo) -> Subject:
    cancelled = event.status is EventStatus.CANCELLED
    return Subject(
        event.account,
        event.source,
        f"“{event.title or '(no title)'}” on {when(event.start, zone, all_day=event.all_day)}",
        event.version,
        tuple(attendee.address.address for attendee in event.others if attendee.address.address),
        "the event was cancelled" if cancelled else None,
    )


def subject_of_task(task: Task) -> Subject:
    return Subject("", "", f"“{task.title}”")


def touched(payload: object, subject: Subject | None) -> tuple[str, ...]:
    """Return other people's addresses that carrying out `payload` on `subject` reaches."""
    known = subject.touches if subject else ()
    match payload:
        case NewEvent(attendees=invited):
            return invited
        case ChangeEvent(add_attendees=added, remove_attendees=removed):
            return (*known, *added, *removed)
    return known


def when(moment: datetime, zone: tzinfo, *, all_day: bool = False) -> str:
    """Say a moment as the owner's calendar shows it: “Tue 24 Nov 15:00”, without a time for a whole day."""
    local = moment.astimezone(zone)
    day = f"{local:%a} {local.day} {local:%b}"
    return day if all_day else f"{day} {local:%H:%M}"
