"""The shapes of actions over the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from application.acting.outgoing import Outgoing
from application.ports.store import Store
from domain.action_events import LogEntry, event_detail
from domain.actions import Action
from domain.calendar import Event
from domain.errors import NotFound
from domain.kinds import FACTS, About, Kind, OutgoingMail, arguments_of, may_reach_others
from web.api.people import Person, people, person


@dataclass(frozen=True, slots=True)
class EventForm:
    seq: int
    type: str
    at: datetime
    actor: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UndoForm:
    """Whether it can be taken back, and `until` when surely; null where that has no end."""

    possible: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingForm:
    """What stands in the very bytes that will be sent; `calendars` is what the recipient's calendar reads."""

    from_: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    bcc: tuple[Person, ...]
    reply_to: tuple[Person, ...]
    subject: str
    text: str
    attachments: tuple[str, ...]
    calendars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionForm:
    """An action as the owner judges it; `event` is what stands in the calendar now, for one that is about an event.

    `reaches_others`: somebody else may notice. `must_be_read`: the owner reads the whole card before he approves, so no
    list offers it among others. `may_go_together`: one yes may cover it and its like. `missing` are the permissions to
    ask for when he signs in, where it failed for want of them.
    """

    id: str
    kind: Kind
    target: str
    source: str
    risk: Literal["auto", "approval"]
    reaches_others: bool
    must_be_read: bool
    may_go_together: bool
    account: str
    status: Literal[
        "proposed", "approved", "executing", "executed", "rejected", "superseded", "uncertain", "rolled_back"
    ]
    error: str | None
    error_code: str | None
    undoes: str | None
    undone_by: str | None
    title: str
    reason: str
    rule: str | None
    arguments: dict[str, Any]
    digest: str
    origin: Literal["rule", "chat", "owner", "hook", "routine"]
    tainted: bool
    warnings: tuple[str, ...]
    changed_since: str | None
    proposed_at: datetime
    changed_at: datetime
    undo: UndoForm
    events: tuple[EventForm, ...] = ()
    outgoing: OutgoingForm | None = None
    event: Event | None = None
    missing: tuple[str, ...] = ()


def event_form(entry: LogEntry) -> EventForm:
    return EventForm(entry.seq, entry.event.type, entry.at, entry.actor, event_detail(entry.event))


def event_of(action: Action, store: Store) -> Event | None:
    """Return what stands in the calendar now of the event that `action` is about; None where it is gone."""
    if action.kind not in FACTS or FACTS[action.kind].about is not About.EVENT:
        return None
    try:
        return store.events.get(action.target)
    except NotFound:
        return None


def action_form(
    action: Action,
    entries: tuple[LogEntry, ...] = (),
    outgoing: Outgoing | None = None,
    event: Event | None = None,
    missing: tuple[str, ...] = (),
    out_of_reach: str = "",
) -> ActionForm:
    return ActionForm(
        id=action.id,
        kind=action.kind,
        target=action.target,
        source=action.source,
        risk=action.risk.value,
        reaches_others=may_reach_others(action.kind),
        must_be_read=action.must_be_read,
        may_go_together=action.may_go_together,
        account=action.account,
        status=action.status.value,
        error=action.error,
        error_code=action.error_code,
        undoes=action.undoes,
        undone_by=action.undone_by,
        title=action.title,
        reason=action.reason,
        rule=action.rule,
        arguments=arguments_of(action.payload),
        digest=action.digest,
        origin=action.origin.value,
        tainted=action.tainted,
        warnings=action.warnings,
        changed_since=action.changed_since,
        proposed_at=action.proposed_at,
        changed_at=action.changed_at,
        undo=_undo_form(action, out_of_reach),
        events=tuple(event_form(entry) for entry in entries),
        outgoing=_outgoing_form(action, outgoing),
        event=event,
        missing=missing,
    )


def _undo_form(action: Action, out_of_reach: str) -> UndoForm:
    return UndoForm(False, None) if out_of_reach else UndoForm(action.can_be_undone, action.undo_until)


def _outgoing_form(action: Action, outgoing: Outgoing | None) -> OutgoingForm | None:
    if outgoing is None or not isinstance(action.payload, OutgoingMail) or not action.payload.mime:
        return None
    shown = outgoing.show(action.payload)
    return OutgoingForm(
        from_=person(shown.sender),
        to=people(shown.to),
        cc=people(shown.cc),
        bcc=people(shown.bcc),
        reply_to=people(shown.reply_to),
        subject=shown.subject,
        text=shown.text,
        attachments=shown.attachments,
        calendars=shown.calendars,
    )
