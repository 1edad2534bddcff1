"""One event of a calendar: a single one, the master of a series, or an exception to it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sandbox.microsoft.calendar import recurrence, zones
from sandbox.microsoft.calendar.identity import ical_uid
from sandbox.microsoft.call import LONG_AGO, JsonObject, object_of, objects_of, text_of
from sandbox.microsoft.mail.text import plain
from sandbox.microsoft.odata import names

PROPERTIES = names(
    "id createdDateTime lastModifiedDateTime changeKey categories transactionId originalStartTimeZone "
    "originalEndTimeZone iCalUId uid reminderMinutesBeforeStart isReminderOn hasAttachments subject "
    "bodyPreview importance sensitivity isAllDay isCancelled isOrganizer responseRequested seriesMasterId "
    "showAs type webLink onlineMeetingUrl isOnlineMeeting onlineMeetingProvider allowNewTimeProposals "
    "occurrenceId isDraft hideAttendees recurrence onlineMeeting responseStatus body start end location "
    "locations attendees organizer originalStart"
)
NEVER = "0001-01-01T00:00:00Z"


@dataclass(slots=True)
class Event:
    """An event; `start` and `end` are aware and in the zone it was written in.

    Of a series: `changed` are its exceptions and `cancelled` the days left out, by the day they were planned for.
    """

    key: str
    properties: JsonObject
    start: datetime
    end: datetime
    start_zone: str
    end_zone: str
    organizer: JsonObject
    created: datetime
    is_organizer: bool = True
    response: str = "organizer"
    responded: datetime | None = None
    transaction: str | None = None
    master: str | None = None
    planned: date | None = None
    changed: dict[date, Event] = field(default_factory=dict)
    cancelled: set[date] = field(default_factory=set)
    is_cancelled: bool = False
    has_attachments: bool = False
    uid: str = ""
    modified: datetime = LONG_AGO
    arrival: int = 0
    version: int = 1

    @property
    def change_key(self) -> str:
        digest = hashlib.sha256(f"{self.key}:{self.version}".encode()).digest()
        return f"{base64.b64encode(digest[:18]).decode()}=="

    @property
    def join_url(self) -> str:
        return f"https://teams.microsoft.com/l/meetup-join/{(self.master or self.key)[-24:]}/0?context=a&p=b"

    @property
    def is_series(self) -> bool:
        return bool(object_of(self.properties, "recurrence"))

    @property
    def kind(self) -> str:
        if self.is_series:
            return "seriesMaster"
        return "singleInstance" if self.master is None else "exception" if self.version > 1 else "occurrence"

    def occurrence(self, day: date) -> Event | None:
        """What happens on a day of the series; None where it was cancelled."""
        if day in self.cancelled:
            return None
        if day in self.changed:
            return self.changed[day]
        start = datetime.combine(day, self.start.timetz())
        length = self.end.replace(tzinfo=None) - self.start.replace(tzinfo=None)
        end = (start.replace(tzinfo=None) + length).replace(tzinfo=self.end.tzinfo)
        properties = {**self.properties, "recurrence": None}
        return Event(
            occurrence_key(self.key, day), properties, start, end, self.start_zone, self.end_zone, self.organizer,
            self.created, self.is_organizer, self.response, self.responded, self.transaction, self.key, day,
            uid=self.uid, modified=self.modified,
        )  # fmt: skip

    def instances(self, begin: datetime, end: datetime) -> list[Event]:
        """What of this event happens between two moments."""
        if not self.is_series:
            return [self] if self.start < end and self.end > begin else []
        last = (end + timedelta(days=1)).astimezone(self.start.tzinfo).date()
        days = recurrence.dates(object_of(self.properties, "recurrence"), last)
        found = [self.occurrence(day) for day in days]
        return [one for one in found if one is not None and one.start < end and one.end > begin]

    def happens_on(self, day: date) -> bool:
        return day in recurrence.dates(object_of(self.properties, "recurrence"), day)

    def shown(self, zone: str) -> JsonObject:
        """All that Graph tells, with times in `zone`."""
        body = object_of(self.properties, "body")
        online = bool(self.properties.get("isOnlineMeeting"))
        return {
            "@odata.etag": f'W/"{self.change_key}"',
            "id": self.key,
            "createdDateTime": _stamp(self.created),
            "lastModifiedDateTime": _stamp(self.modified),
            "changeKey": self.change_key,
            **self.properties,
            "transactionId": self.transaction,
            "originalStartTimeZone": zones.windows(self.start_zone),
            "originalEndTimeZone": zones.windows(self.end_zone),
            "iCalUId": ical_uid(self.uid, self.master or self.key, self.planned),
            "hasAttachments": self.has_attachments,
            "bodyPreview": " ".join(plain(text_of(body, "content"), text_of(body, "contentType")).split())[:255],
            "isCancelled": self.is_cancelled,
            "isOrganizer": self.is_organizer,
            "isDraft": False,
            "seriesMasterId": self.master,
            "type": self.kind,
            "webLink": f"https://outlook.office365.com/owa/?itemid={self.key}&exvsurl=1&path=/calendar/item",
            "onlineMeetingUrl": None,
            "onlineMeeting": {"joinUrl": self.join_url} if online else None,
            "responseStatus": {"response": self.response, "time": _stamp(self.responded) if self.responded else NEVER},
            "start": self._told(self.start, zone),
            "end": self._told(self.end, zone),
            "originalStart": _stamp(datetime.combine(self.planned, self.start.timetz())) if self.planned else None,
            "organizer": self.organizer,
        }

    def _told(self, moment: datetime, zone: str) -> JsonObject:
        """A moment in a zone; a whole day has none and is told as midnight in UTC."""
        if not self.properties["isAllDay"]:
            return zones.shown(moment, zone)
        return {"dateTime": moment.strftime("%Y-%m-%dT00:00:00.0000000"), "timeZone": "UTC"}

    def attendees(self) -> list[str]:
        found = [object_of(one, "emailAddress") for one in objects_of(self.properties, "attendees")]
        return [text_of(one, "address").lower() for one in found]


def occurrence_key(master: str, day: date) -> str:
    return f"{master}.OID.{day.isoformat()}"


def blank() -> JsonObject:
    """The writable properties of an event that says nothing yet."""
    return {
        "categories": [],
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "hideAttendees": False,
        "subject": "",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": False,
        "responseRequested": True,
        "allowNewTimeProposals": True,
        "showAs": "busy",
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "recurrence": None,
        "body": {"contentType": "html", "content": ""},
        "location": {
            "displayName": "",
            "locationType": "default",
            "uniqueIdType": "unknown",
            "address": {},
            "coordinates": {},
        },
        "locations": [],
        "attendees": [],
    }


def attendee(address: str, name: str = "", response: str = "none", kind: str = "required") -> JsonObject:
    status = {"response": response, "time": NEVER}
    return {"type": kind, "status": status, "emailAddress": {"name": name or address, "address": address}}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
