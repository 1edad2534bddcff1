"""What an action is about when it is no message: how its title names it, what it rests on, and whom it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from domain.calendar import Event, EventStatus
from domain.errors import Invalid
from domain.kinds import ChangeEvent, Kind, NewEvent
from domain.tasks import Task
from domain.work import PullRequest, PullStatus, Run, Vote, WorkItem


@dataclass(frozen=True, slots=True)
class Subject:
    """The target of an action, as far as the log cares.

    `name` stands in the title. `basis` is a fingerprint of what was shown of it. `touches` are other people's
    addresses that a change of it reaches. `gone` says why nothing can be done with it any more, and `done` why
    what Alfred proposed of one kind has no reason left.
    """

    account: str
    source: str
    name: str
    basis: str = ""
    touches: tuple[str, ...] = ()
    gone: str | None = None
    done: Mapping[Kind, str] = field(default_factory=dict)


def subject_of_event(event: Event, zone: tzinfo) -> Subject:
    cancelled = event.status is EventStatus.CANCELLED
    return Subject(
        event.account,
        event.source,
        f"“{event.title or '(no title)'}” on {when(event.start, zone, all_day=event.all_day)}",
        event.version,
        _reached(event),
        "the event was cancelled" if cancelled else None,
        {Kind.RESPOND_EVENT: "it stands in somebody else's calendar"} if event.foreign else {},
    )


def _reached(event: Event) -> tuple[str, ...]:
    """Return whom a change reaches: everybody invited, and of what is shared the organizer, or whoever else sees it."""
    listed = tuple(attendee.address.address for attendee in event.others if attendee.address.address)
    if not event.shared:
        return listed
    return (*listed, event.organizer.address if event.organizer and event.organizer.address else event.source)


def subject_of_task(task: Task) -> Subject:
    return Subject("", "", f"“{task.title}”")


def subject_of_pull_request(pull: PullRequest) -> Subject:
    gone = {PullStatus.COMPLETED: "the pull request was merged", PullStatus.ABANDONED: "it was abandoned"}
    done: dict[Kind, str] = {}
    if pull.own_vote is not Vote.NONE:
        done[Kind.VOTE_PULL_REQUEST] = done[Kind.COMMENT_PULL_REQUEST] = "you voted yourself"
    elif pull.is_turned_down:
        done[Kind.VOTE_PULL_REQUEST] = "it is not ready to be approved any more"
    if pull.work_items:
        done[Kind.CREATE_WORK_ITEM] = done[Kind.LINK_WORK_ITEM] = "a work item is linked by now"
    name = f"“{pull.title}” (!{pull.number})"
    return Subject(pull.account, pull.source, name, pull.shown_state, (), gone.get(pull.status), done)


def subject_of_work_item(item: WorkItem) -> Subject:
    return Subject(item.account, item.source, f"“{item.title}” (#{item.number})", item.version)


def subject_of_run(run: Run) -> Subject:
    return Subject(run.account, run.source, f"{run.pipeline} {run.name}", run.state.value)


def basis_for(kind: Kind, subject: Subject) -> str:
    """Return what an action of `kind` rests on: a link on nothing that may change, a remark on what was pushed."""
    if kind is Kind.LINK_WORK_ITEM:
        return ""
    return subject.basis.partition(":")[0] if kind is Kind.COMMENT_PULL_REQUEST else subject.basis


def touched(payload: object, subject: Subject | None) -> tuple[str, ...]:
    """Return other people's addresses that carrying out `payload` on `subject` reaches."""
    known = subject.touches if subject else ()
    match payload:
        case NewEvent():
            return guests_of(payload)
        case ChangeEvent(remove_attendees=removed):
            return (*known, *guests_of(payload), *removed)
    return known


def check_times(payload: object) -> None:
    """Raise `Invalid` for times that no calendar could hold: naming another zone, ending too early, or out of reach."""
    if not isinstance(payload, NewEvent | ChangeEvent):
        return
    for name, moment in (("start", payload.start), ("end", payload.end)):
        if moment is not None and not 1 < moment.year < 9999:
            raise Invalid("that lies beyond what calendars hold", where=f"arguments.{name}")
    if payload.start is not None and payload.end is not None and payload.end < payload.start:
        raise Invalid("it ends before it starts", where="arguments.end")
    if isinstance(payload, NewEvent) and payload.zone:
        _check_zone(payload.zone)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"{name!r} is no time zone; one is Europe/Berlin", where="arguments.zone") from error


def guests_of(payload: object) -> tuple[str, ...]:
    """Return whom `payload` newly invites."""
    match payload:
        case NewEvent(attendees=invited) | ChangeEvent(add_attendees=invited):
            return invited
    return ()


def undo_warnings(subject: Subject | None) -> tuple[str, ...]:
    """Point out whom taking back a removal would write to once more."""
    others = subject.touches if subject else ()
    return (f"taking it back would write to {', '.join(others)} again",) if others else ()


def day_of(day: date) -> str:
    """Say a day: “Tue 24 Nov”."""
    return f"{day:%a} {day.day} {day:%b}"


def when(moment: datetime, zone: tzinfo, *, all_day: bool = False) -> str:
    """Say a moment as the owner's calendar shows it: “Tue 24 Nov 15:00”, without a time for a whole day."""
    local = moment.astimezone(zone)
    day = day_of(local)
    return day if all_day else f"{day} {local:%H:%M}"
