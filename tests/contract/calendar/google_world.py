"""Google Calendar at the sandbox as a world of the tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from adapters.google import GoogleProvider
from adapters.google.scopes import CALENDAR_EVENTS, CALENDAR_READ, READ
from application.ports.executor import Executor
from application.ports.providers import Connection
from domain.calendar import Response, Span
from domain.kinds import Kind
from sandbox.google import GoogleServer
from tests.contract.calendar.orders import BERLIN, OWNER, Draft
from tests.contract.calendar.worlds import CalendarWorld
from tests.contract.google.setting import account_at, signed_in_vault

_WRITES = "events.[!gl]*"
_SAID = {
    Response.NEEDS_ACTION: "needsAction",
    Response.ACCEPTED: "accepted",
    Response.TENTATIVE: "tentative",
    Response.DECLINED: "declined",
}


class GoogleWorld(CalendarWorld):
    def __init__(self, server: GoogleServer) -> None:
        self._server = server
        self._calendar = server.calendar(OWNER)
        self._calendar.zone = BERLIN
        connection = self.connected((READ, CALENDAR_READ, CALENDAR_EVENTS))
        [self.calendar] = connection.calendars
        self.executor = _acting(connection)
        self.reader_only = _acting(self.connected((READ, CALENDAR_READ)))

    def connected(self, scopes: Iterable[str]) -> Connection:
        account = account_at(self._server, "work")
        vault = signed_in_vault(self._server, account, scopes)
        return GoogleProvider(sleep=lambda seconds: None).connect(account, vault)

    def enter(self, draft: Draft) -> str:
        body: dict[str, Any] = {
            "summary": draft.title,
            "location": draft.location,
            "start": _moment(draft, "start"),
            "end": _moment(draft, "end"),
            "transparency": "transparent" if draft.free else "opaque",
            "visibility": "private" if draft.private else "default",
            "attendees": [{"email": who, "responseStatus": _SAID[said]} for who, said in draft.attendees],
        }
        if draft.rule:
            body["recurrence"] = [f"RRULE:{draft.rule}"]
        return self._calendar.add(body, organizer={"email": draft.organizer}).id

    def move(self, id: str, span: Span) -> None:
        times = {"start": span.start, "end": span.end}
        self._alter(id, {name: {"dateTime": moment.isoformat(), "timeZone": BERLIN} for name, moment in times.items()})

    def rename(self, id: str, title: str) -> None:
        self._alter(id, {"summary": title})

    def remove(self, id: str) -> None:
        self._calendar.remove(id)

    def answer(self, id: str, address: str, response: Response) -> None:
        self._calendar.answer(id, address, _SAID[response])

    def occupy(self, address: str, span: Span) -> None:
        times = {"start": span.start, "end": span.end}
        self._server.calendar(address).add({name: {"dateTime": at.isoformat()} for name, at in times.items()})

    def titles(self) -> list[str]:
        standing = (event for event in self._calendar.events.values() if not event.cancelled and event.series is None)
        return sorted(str(event.properties["summary"]) for event in standing)

    def told(self) -> set[str]:
        state: Any = list(self._server.record)[-1].state
        return set(state["mailed"])

    def expire_cursors(self) -> None:
        self._calendar.expire_sync_tokens()

    def be_busy_once(self, *, reading: bool = False) -> None:
        method = "calendar.*" if reading else _WRITES
        self._server.misbehave("status", method=method, count=1, status=429, retry_after=30)

    def lose_the_next_answer(self) -> None:
        self._server.misbehave("lost", method=_WRITES, count=1)

    def break_down_once(self) -> None:
        self._server.misbehave("status", method=_WRITES, count=1, status=503)

    def withdraw_sign_in(self) -> None:
        self._server.sign_in.revoke_account(OWNER)

    def writes(self) -> int:
        return len(self._server.record)

    def _alter(self, id: str, changes: Mapping[str, Any]) -> None:
        self._calendar.alter(id, dict(changes))


def _acting(connection: Connection) -> Executor:
    found = connection.executor(Kind.CREATE_EVENT)
    assert found is not None
    return found


def _moment(draft: Draft, edge: str) -> dict[str, str]:
    local = getattr(draft, edge).astimezone(ZoneInfo(draft.zone))
    if draft.all_day:
        return {"date": local.date().isoformat()}
    return {"dateTime": local.isoformat(), "timeZone": draft.zone}
