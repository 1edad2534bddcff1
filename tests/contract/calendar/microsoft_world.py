"""Outlook's calendar at the sandbox as a world of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from adapters.memory.vault import MemoryVault
from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.auth import Grant, keep_grant
from adapters.microsoft.calendar.recurrence import recurrence
from adapters.microsoft.scopes import BASE, CALENDAR, CALENDAR_WRITE
from application.ports.executor import Executor
from application.ports.providers import Connection
from domain.calendar import Response, Span
from domain.kinds import Kind
from sandbox.microsoft import MicrosoftServer
from tests.contract.calendar.orders import BERLIN, OWNER, Draft
from tests.contract.calendar.worlds import CalendarWorld
from tests.contract.microsoft.setting import account_at

_WRITES = "events.[!gli]*"
_SAID = {
    Response.NEEDS_ACTION: "notResponded",
    Response.ACCEPTED: "accepted",
    Response.TENTATIVE: "tentativelyAccepted",
    Response.DECLINED: "declined",
}


class MicrosoftWorld(CalendarWorld):
    def __init__(self, server: MicrosoftServer) -> None:
        self._server = server
        self._calendar = server.calendar(OWNER)
        self._calendar.zone = BERLIN
        self._calendar.keeps_declined = True
        connection = self.connected((*BASE, CALENDAR_WRITE))
        [self.calendar] = connection.calendars
        self.executor = _acting(connection)
        self.reader_only = _acting(self.connected((*BASE, CALENDAR)))

    def connected(self, scopes: Iterable[str]) -> Connection:
        account = account_at(self._server, "work")
        vault = MemoryVault()
        token = self._server.issue_refresh_token(OWNER, (*scopes, "openid", "profile", "offline_access"))
        keep_grant(account, vault, Grant(token, OWNER, "Jo", frozenset(scopes)))
        return MicrosoftProvider(sleep=lambda seconds: None).connect(account, vault)

    def enter(self, draft: Draft) -> str:
        body: dict[str, Any] = {
            "subject": draft.title,
            "location": {"displayName": draft.location},
            "isAllDay": draft.all_day,
            "start": _moment(draft, "start"),
            "end": _moment(draft, "end"),
            "showAs": "free" if draft.free else "busy",
            "sensitivity": "private" if draft.private else "normal",
            "attendees": [_attendee(who, said) for who, said in draft.attendees],
        }
        if draft.rule:
            body["recurrence"] = recurrence([f"RRULE:{draft.rule}"], draft.start, draft.zone)
        if draft.organizer == OWNER:
            return self._calendar.create(body).key
        said = _SAID[dict(draft.attendees)[OWNER]]
        return self._calendar.invite(body, {"emailAddress": {"address": draft.organizer}}, said).key

    def move(self, id: str, span: Span) -> None:
        times = {"start": span.start, "end": span.end}
        self._change(id, {name: _written(at.astimezone(ZoneInfo(BERLIN)), BERLIN) for name, at in times.items()})

    def rename(self, id: str, title: str) -> None:
        self._change(id, {"subject": title})

    def remove(self, id: str) -> None:
        self._calendar.delete(self._event(id))

    def answer(self, id: str, address: str, response: Response) -> None:
        people = self._event(id).properties["attendees"]
        assert isinstance(people, list)
        others = [each for each in people if each["emailAddress"]["address"] != address]
        self._change(id, {"attendees": [*others, _attendee(address, response)]})

    def occupy(self, address: str, span: Span) -> None:
        times = {"start": span.start, "end": span.end}
        self._server.calendar(address).create({name: _written(at, "UTC") for name, at in times.items()})

    def titles(self) -> list[str]:
        return sorted(str(event.properties["subject"]) for event in self._calendar.events.values())

    def told(self) -> set[str]:
        state: Any = list(self._server.record)[-1].state
        if state.get("organizerTold"):
            organizers: list[Any] = [event.organizer for event in self._calendar.events.values()]
            return {str(each["emailAddress"]["address"]) for each in organizers}
        return set(state["attendees"]) - {OWNER}

    def expire_cursors(self) -> None:
        self._server.expire_delta(OWNER)

    def be_busy_once(self, *, reading: bool = False) -> None:
        method = "*" if reading else _WRITES
        self._server.misbehave("status", method=method, count=1, status=429, retry_after=30)

    def lose_the_next_answer(self) -> None:
        self._server.misbehave("lost", method=_WRITES, count=1)

    def break_down_once(self) -> None:
        self._server.misbehave("status", method=_WRITES, count=1, status=503)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(OWNER)

    def writes(self) -> int:
        return len(self._server.record)

    def _event(self, id: str) -> Any:
        found = self._calendar.find(id)
        assert found is not None
        return found

    def _change(self, id: str, body: dict[str, Any]) -> None:
        self._calendar.update(self._event(id), body)


def _acting(connection: Connection) -> Executor:
    found = connection.executor(Kind.CREATE_EVENT)
    assert found is not None
    return found


def _attendee(address: str, response: Response) -> dict[str, Any]:
    status = {"response": _SAID[response], "time": "0001-01-01T00:00:00Z"}
    return {"type": "required", "status": status, "emailAddress": {"address": address}}


def _moment(draft: Draft, edge: str) -> dict[str, str]:
    return _written(getattr(draft, edge).astimezone(ZoneInfo(draft.zone)), draft.zone)


def _written(local: Any, zone: str) -> dict[str, str]:
    return {"dateTime": local.replace(tzinfo=None).isoformat(), "timeZone": zone}
