"""Listing, reading, writing and answering events, the calendar view and its delta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sandbox.microsoft import changes, odata
from sandbox.microsoft.calendar import zones
from sandbox.microsoft.calendar.event import PROPERTIES, Event
from sandbox.microsoft.calendar.store import PLACE, Calendar, Calendars
from sandbox.microsoft.call import Call, Endpoint, Handler, JsonObject, Outcome
from sandbox.microsoft.changes import Change, Place
from sandbox.microsoft.directory import Directory
from sandbox.microsoft.errors import Refusal, invalid, not_found, stale
from sandbox.misbehaviour import Faults, Kind

READ = ("Calendars.Read", "Calendars.ReadWrite")
WRITE = ("Calendars.ReadWrite",)


class Events:
    """The events of whoever asks."""

    def __init__(self, calendars: Calendars, directory: Directory, faults: Faults) -> None:
        self._calendars = calendars
        self._directory = directory
        self._faults = faults

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (*self._under("/me"), *self._under("/me/calendar"), *self._under("/me/calendars/{calendar}"))

    def _under(self, root: str) -> tuple[Endpoint, ...]:
        one = f"{root}/events/{{event}}"
        answers = {"accept": "accepted", "decline": "declined", "tentativelyAccept": "tentativelyAccepted"}
        return (
            Endpoint("events.list", "GET", f"{root}/events", READ, self.list),
            Endpoint("events.create", "POST", f"{root}/events", WRITE, self.create, "event", writes=True),
            Endpoint("events.get", "GET", one, READ, self.get),
            Endpoint("events.update", "PATCH", one, WRITE, self.update, "event", writes=True),
            Endpoint("events.delete", "DELETE", one, WRITE, self.delete, writes=True),
            Endpoint("events.instances", "GET", f"{one}/instances", READ, self.instances),
            Endpoint("events.cancel", "POST", f"{one}/cancel", WRITE, self.cancel, "comment", writes=True),
            *(
                Endpoint(
                    f"events.{verb}", "POST", f"{one}/{verb}", WRITE, self._answering(answer), "response", writes=True
                )
                for verb, answer in answers.items()
            ),
            Endpoint("calendarView.list", "GET", f"{root}/calendarView", READ, self.view),
            Endpoint("calendarView.delta", "GET", f"{root}/calendarView/delta", READ, self.delta),
        )

    def list(self, call: Call) -> Outcome:
        """Single events and masters of series, the occurrences are in the calendar view."""
        calendar = self._calendar(call)
        newest = sorted(calendar.events.values(), key=lambda event: event.created, reverse=True)
        return _listed(call, newest, "events")

    def view(self, call: Call) -> Outcome:
        return _listed(call, self._calendar(call).between(*_window(call)), "calendarView")

    def instances(self, call: Call) -> Outcome:
        begin, end = _window(call)
        return _listed(call, self._event(call).instances(begin, end), "instances")

    def delta(self, call: Call) -> Outcome:
        """What happens in a window, and then what changed in it; the window is carried in the token."""
        calendar = self._calendar(call)
        text = call.text("$skiptoken") or call.text("$deltatoken")
        query = changes.read(text).query if text else dict(call.query)
        begin, end = _limits(query)

        def inside(key: str) -> Event | None:
            found = calendar.find(key)
            return found if found is not None and found.instances(begin, end) else None

        def present() -> Iterable[tuple[int, str]]:
            newest = sorted(calendar.events.values(), key=lambda event: event.arrival, reverse=True)
            return ((event.arrival, event.key) for event in newest)

        def show(key: str) -> JsonObject | None:
            found = inside(key)
            return {"@odata.type": "#microsoft.graph.event", **found.shown(_zone(call))} if found else None

        of = odata.Collection("Collection(event)", PROPERTIES, "event", default=10, most=999)
        struck = self._faults.struck(call.method, call.account, (Kind.EXPIRED_CURSOR,)) if text else ()
        return changes.answer(call, Place(PLACE, calendar.log, present, show, _removed, of), struck)

    def get(self, call: Call) -> Outcome:
        return _entity(call, self._event(call))

    def create(self, call: Call) -> Outcome:
        calendar = self._calendar(call)
        event = calendar.create(call.body)
        return _entity(call, event, 201)

    def update(self, call: Call) -> Outcome:
        event = self._event(call)
        _check_tag(call, event)
        if "transactionId" in call.body and call.body["transactionId"] != event.transaction:
            raise invalid("The transactionId of an event cannot be changed.", "ErrorInvalidPropertySet")
        if not event.is_organizer and {"start", "end", "attendees", "recurrence"} & set(call.body):
            raise Refusal(403, "ErrorAccessDenied", "Only the organizer can change the time or attendees of a meeting.")
        return _entity(call, self._calendar(call).update(event, call.body))

    def delete(self, call: Call) -> Outcome:
        event = self._event(call)
        _check_tag(call, event)
        self._calendar(call).delete(event)
        return Outcome(None, 204, event.key, _state(event) | {"deleted": True})

    def cancel(self, call: Call) -> Outcome:
        event = self._event(call)
        if not event.is_organizer or not event.attendees():
            raise invalid("Your request can't be completed. You need to be an organizer to cancel a meeting.")
        self._calendar(call).delete(event)
        return Outcome(None, 202, event.key, _state(event) | {"deleted": True})

    def _answering(self, answer: str) -> Handler:
        def respond(call: Call) -> Outcome:
            event = self._event(call)
            if event.is_organizer:
                raise invalid(
                    "Your request can't be completed. You can't respond to this meeting because you're the organizer."
                )
            if call.body.get("proposedNewTime") and answer == "accepted":
                raise invalid("Proposing a new time is not possible when accepting.", "ErrorInvalidArgument")
            self._calendar(call).respond(event, answer)
            told = call.body.get("sendResponse", True) is True
            return Outcome(None, 202, event.key, _state(event) | {"response": answer, "organizerTold": told})

        return respond

    def _calendar(self, call: Call) -> Calendar:
        """The calendar that the path names, else the one that holds its event, else the usual one."""
        mine = self._calendars.all(call.account)
        for each in mine:
            each.name = self._directory.user(call.account).name
        if "calendar" in call.path:
            named = next((each for each in mine if each.id == call.path["calendar"]), None)
            if named is None:
                raise not_found()
            return named
        event = call.path.get("event", "")
        return next((each for each in mine if event and each.find(event) is not None), mine[0])

    def _event(self, call: Call) -> Event:
        event = self._calendar(call).find(call.path["event"])
        if event is None:
            raise not_found()
        return event


def _removed(change: Change) -> JsonObject:
    return {"@odata.type": "#microsoft.graph.event", "id": change.shown, "@removed": {"reason": "deleted"}}


def _window(call: Call) -> tuple[datetime, datetime]:
    return _limits(call.query)


def _limits(query: Mapping[str, str]) -> tuple[datetime, datetime]:
    asked = {name.lower(): value for name, value in query.items()}
    if "startdatetime" not in asked or "enddatetime" not in asked:
        message = "This request requires a time window specified by the parameters StartDateTime and EndDateTime."
        raise invalid(message, "ErrorInvalidParameter")
    return zones.bound(asked["startdatetime"], "StartDateTime"), zones.bound(asked["enddatetime"], "EndDateTime")


def _zone(call: Call) -> str:
    name = call.prefers("outlook.timezone") or "UTC"
    zones.zone(name)
    return name


def _listed(call: Call, events: Iterable[Event], where: str) -> Outcome:
    of = odata.Collection(f"users('{call.account}')/{where}", PROPERTIES, "event")
    zone = _zone(call)
    return odata.listed(call, (event.shown(zone) for event in events), of)


def _entity(call: Call, event: Event, status: int = 200) -> Outcome:
    item = odata.select(call, event.shown(_zone(call)), PROPERTIES, "event")
    context = odata.context(call, f"users('{call.account}')/events/$entity")
    return Outcome({"@odata.context": context, **item}, status, event.key, _state(event))


def _state(event: Event) -> JsonObject:
    """What the record keeps of an event."""
    return {
        "subject": event.properties["subject"],
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "attendees": event.attendees(),
        "response": event.response,
        "transactionId": event.transaction,
    }


def _check_tag(call: Call, event: Event) -> None:
    if call.headers.get("if-match", "*") not in ("*", f'W/"{event.change_key}"'):
        raise stale()
