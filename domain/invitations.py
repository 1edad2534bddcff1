"""Invitations as they come by mail: what somebody asks for, cancels, or answers about an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import Attendee, Span
from domain.messages import Address


class Method(StrEnum):
    """What a calendar sent by mail is for (RFC 5546, 1.4); one that says nothing is merely published."""

    PUBLISH = "publish"
    REQUEST = "request"
    REPLY = "reply"
    ADD = "add"
    CANCEL = "cancel"
    REFRESH = "refresh"
    COUNTER = "counter"
    DECLINE_COUNTER = "declinecounter"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event of a calendar that was sent by mail.

    `uid` is the iCalendar UID: the same event in a calendar has the same one; `sequence` grows with each change by
    the organizer. `span` is aware UTC, None where no time is given, as a cancellation may; of an all-day event it
    runs from midnight to midnight in `zone`, an IANA name. `recurrence` holds RFC 5545 lines such as
    `RRULE:FREQ=WEEKLY`. `occurrence` is when the one occurrence that this is about was planned, None for all of them.
    """

    method: Method
    uid: str
    title: str = ""
    span: Span | None = None
    zone: str = "UTC"
    all_day: bool = False
    sequence: int = 0
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    description: str = ""
    recurrence: tuple[str, ...] = ()
    occurrence: datetime | None = None
    cancelled: bool = False

    def invites(self, address: str) -> bool:
        """Whether who has this address is asked, by name, to come."""
        return self.is_request and any(each.address.address == address for each in self.attendees)

    @property
    def recurrence_id(self) -> str:
        """Return `occurrence` as RFC 5545 writes it, in UTC or a mere date; empty for all of a series."""
        if self.occurrence is None:
            return ""
        if self.all_day:
            return f"{self.occurrence.astimezone(ZoneInfo(self.zone)):%Y%m%d}"
        return f"{self.occurrence:%Y%m%dT%H%M%SZ}"

    @property
    def is_request(self) -> bool:
        return self.method is Method.REQUEST and not self.cancelled

    @property
    def is_cancellation(self) -> bool:
        return self.method is Method.CANCEL or self.cancelled
