"""Carries out approved actions on the owner's calendars. Nothing is written to an event that is not as it was seen."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from adapters.google.calendar.api import WritingGoogleCalendar
from adapters.google.calendar.events import PRIMARY, Place, Reply, body_of, is_cancelled, others_in, place_of
from adapters.google.calendar.intent import Intent, answer, answered, change, is_done, put_back, read_intent, removal
from adapters.google.executor import Granted
from adapters.google.scopes import CALENDAR_EVENTS, CALENDAR_READ, missing
from application.ports.executor import Executor, Look, Outcome
from domain.actions import Action
from domain.calendar import refuse_with_newcomers
from domain.errors import CannotBe, Conflict, NotFound, TryLater
from domain.kinds import ChangeEvent, InvitationAnswer, Kind, NewEvent


class GoogleCalendarExecutor(Executor):
    """The one holder of a calendar client that may write.

    A new event has an id made of the action's, so that Google itself refuses the second one. A change, a removal or
    an answer is worked out first and written with If-Match: it goes through once, or not at all.
    """

    kinds = frozenset({Kind.CREATE_EVENT, Kind.UPDATE_EVENT, Kind.DELETE_EVENT, Kind.RESPOND_EVENT})

    def __init__(self, account: str, api: WritingGoogleCalendar, granted: Granted) -> None:
        self._account = account
        self._api = api
        self._granted = granted

    def ask_first(self, may_write: Callable[[], None]) -> None:
        self._api.ask_first(may_write)

    def missing_permission(self, kind: Kind) -> tuple[str, ...]:
        return missing((CALENDAR_READ, CALENDAR_EVENTS), self._granted())

    def prepare(self, action: Action, content: bytes | None) -> str | None:
        if action.kind is Kind.CREATE_EVENT:
            return own_id(action.id)
        return self._intent(action, self._seen(action)).written()

    def execute(self, action: Action, token: str | None) -> Mapping[str, str]:
        if token is None:
            raise CannotBe("nothing was prepared", code="not_prepared")
        try:
            if action.kind is Kind.CREATE_EVENT:
                return self._create(action, token)
            if action.kind is Kind.DELETE_EVENT:
                return self._delete(action, read_intent(token), token)
            return self._patch(self._place(action), read_intent(token), token)
        except NotFound as error:
            raise CannotBe("the event no longer exists", code="gone") from error
        except Conflict as error:
            raise _changed() from error

    def look(self, action: Action, token: str | None) -> Look:
        if token is None:
            return Look(Outcome.NOT_YET)
        item = self._find(Place(token) if action.kind is Kind.CREATE_EVENT else self._place(action))
        if action.kind is Kind.CREATE_EVENT:
            return Look(Outcome.HAPPENED, _created(item)) if item is not None else Look(Outcome.NOT_YET)
        if action.kind is Kind.DELETE_EVENT:
            stands = item is not None and not is_cancelled(item)
            return Look(Outcome.NOT_YET) if stands else Look(Outcome.HAPPENED, {"before": token})
        done = item is not None and is_done(item, read_intent(token))
        return Look(Outcome.HAPPENED, {"before": token}) if done else Look(Outcome.NOT_YET)

    def discard(self, action: Action, token: str | None) -> None:
        """Nothing is left at Google before it is done."""

    def undo(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        undoers: Mapping[Kind, Callable[[Action, Mapping[str, str]], Mapping[str, str]]] = {
            Kind.CREATE_EVENT: self._uncreate,
            Kind.UPDATE_EVENT: self._unchange,
            Kind.DELETE_EVENT: self._undelete,
            Kind.RESPOND_EVENT: self._unanswer,
        }
        try:
            return undoers[action.kind](action, receipt)
        except NotFound as error:
            raise CannotBe("the event no longer exists", code="gone") from error
        except Conflict as error:
            raise TryLater("the event was being changed just then") from error

    def _intent(self, action: Action, item: Reply) -> Intent:
        asked = action.payload
        if isinstance(asked, ChangeEvent):
            return change(item, asked, self._zone(action, item))
        if isinstance(asked, InvitationAnswer):
            return answer(item, asked, self._place(action))
        return removal(item)

    def _seen(self, action: Action) -> Reply:
        """Return the event; raise `CannotBe` where it is gone, or is not what the owner was shown."""
        item = self._find(self._place(action))
        if item is None or is_cancelled(item):
            raise CannotBe("the event no longer exists", code="gone")
        if action.basis and action.basis != item.get("etag"):
            raise _changed()
        return item

    def _create(self, action: Action, id: str) -> Mapping[str, str]:
        new = action.payload
        assert isinstance(new, NewEvent)
        request = self._events.insert(
            calendarId=PRIMARY, body=body_of(new, id), sendUpdates=_tell(bool(new.attendees)), conferenceDataVersion=1
        )
        try:
            return _created(self._api.write(request))
        except Conflict:
            return _created(self._item(Place(id)))

    def _delete(self, action: Action, intent: Intent, token: str) -> Mapping[str, str]:
        place = self._place(action)
        request = self._events.delete(calendarId=place.calendar, eventId=place.event, sendUpdates=_tell(intent.tells))
        try:
            self._api.write(_at(request, intent.version))
        except (NotFound, Conflict):
            if action.attempts <= 1 or self.look(action, token).outcome is not Outcome.HAPPENED:
                raise
        return {"before": token}

    def _patch(self, place: Place, intent: Intent, token: str) -> Mapping[str, str]:
        if intent.wanted:
            self._write(place, intent.wanted, intent.version, tells=intent.tells)
        return {"before": token}

    def _uncreate(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        place = Place(receipt.get("event") or own_id(action.id))
        item = self._find(place)
        if item is not None and not is_cancelled(item):
            others = others_in(item)
            refuse_with_newcomers(action.payload.attendees, (str(each.get("email", "")) for each in others))
            told = _tell(bool(others))
            self._api.write(self._events.delete(calendarId=place.calendar, eventId=place.event, sendUpdates=told))
        return {}

    def _unchange(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        done, place = read_intent(receipt["before"]), self._place(action)
        item = self._item(place)
        self._write(place, put_back(item, done), str(item["etag"]), tells=done.tells)
        return {}

    def _undelete(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        """Put the event back: Google keeps what was deleted for a while, as cancelled."""
        done, place = read_intent(receipt["before"]), self._place(action)
        item = self._item(place)
        if is_cancelled(item):
            self._write(place, {"status": "confirmed"}, str(item["etag"]), tells=done.tells)
        return _created(item)

    def _unanswer(self, action: Action, receipt: Mapping[str, str]) -> Mapping[str, str]:
        done, place = read_intent(receipt["before"]), self._place(action)
        item = self._item(place)
        status, comment = (str(done.before[name]) for name in ("responseStatus", "comment"))
        self._write(place, {"attendees": answered(item, status, comment)}, str(item["etag"]), tells=done.tells)
        return {}

    def _write(self, place: Place, body: Mapping[str, Any], version: str, *, tells: bool) -> None:
        request = self._events.patch(
            calendarId=place.calendar, eventId=place.event, body=dict(body), sendUpdates=_tell(tells)
        )
        self._api.write(_at(request, version))

    def _zone(self, action: Action, item: Reply) -> str:
        """Return the zone of a whole day: that of its calendar."""
        if "date" not in item["start"]:
            return "UTC"
        calendars = self._api.service.calendarList()
        return str(self._api.read(calendars.get(calendarId=self._place(action).calendar)).get("timeZone", "UTC"))

    def _find(self, place: Place) -> Reply | None:
        try:
            return self._item(place)
        except NotFound:
            return None

    def _item(self, place: Place) -> Reply:
        return self._api.read(self._events.get(calendarId=place.calendar, eventId=place.event))

    @property
    def _events(self) -> Any:
        return self._api.service.events()

    def _place(self, action: Action) -> Place:
        return place_of(action.target.removeprefix(self._account + ":"))


def own_id(action_id: str) -> str:
    """Return the event id of an action: base32hex in small letters, as Google asks of ids that are given."""
    return base64.b32hexencode(hashlib.sha256(action_id.encode()).digest()[:20]).decode().lower()


def _at(request: Any, version: str) -> Any:
    """Let a write go through only where the event is still at `version`."""
    request.headers["If-Match"] = version
    return request


def _tell(others: bool) -> str:  # noqa: FBT001 it is what the vendor's parameter says
    return "all" if others else "none"


def _created(item: Reply) -> dict[str, str]:
    return {"event": str(item["id"]), "link": str(item.get("htmlLink", ""))}


def _changed() -> CannotBe:
    return CannotBe("the event was changed meanwhile; look at it again", code="changed")
