"""Lets a household live here: its mail at work, its chats, and its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from sandbox.invitations import invited
from sandbox.microsoft.calendar import zones
from sandbox.microsoft.calendar.event import attendee
from sandbox.microsoft.call import JsonObject

if TYPE_CHECKING:
    from sandbox.microsoft.server import MicrosoftServer

_DAYS = {"MO": "monday", "TU": "tuesday", "WE": "wednesday", "TH": "thursday", "FR": "friday", "SA": "saturday",
         "SU": "sunday"}  # fmt: skip
_RESPONSES = {
    "none": "notResponded",
    "accepted": "accepted",
    "tentative": "tentativelyAccepted",
    "declined": "declined",
}


class HouseholdMail(Protocol):
    """A mail as a household tells of it; the first label is the folder, then `unread`, `flagged` or categories."""

    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def thread_id(self) -> str: ...
    @property
    def received(self) -> datetime: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def raw(self) -> bytes: ...


class HouseholdPost(Protocol):
    """A chat message as a household tells of it."""

    @property
    def account(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def thread_id(self) -> str: ...
    @property
    def sent(self) -> datetime: ...
    @property
    def author(self) -> str: ...
    @property
    def author_name(self) -> str: ...
    @property
    def html(self) -> str: ...


class HouseholdEvent(Protocol):
    """A calendar entry as a household tells of it; `rule` is an RFC 5545 recurrence."""

    @property
    def account(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def organizer(self) -> str: ...
    @property
    def organizer_name(self) -> str: ...
    @property
    def attendees(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def response(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def all_day(self) -> bool: ...
    @property
    def free(self) -> bool: ...
    @property
    def online(self) -> bool: ...
    @property
    def rule(self) -> str: ...
    @property
    def invited_by(self) -> str: ...


def deliver(server: MicrosoftServer, mails: Iterable[HouseholdMail]) -> None:
    """Put each mail into its account's mailbox."""
    for mail in mails:
        folder, *marks = mail.labels
        changes: JsonObject = {
            "isRead": "unread" not in marks,
            "flag": {"flagStatus": "flagged" if "flagged" in marks else "notFlagged"},
            "categories": [mark for mark in marks if mark not in ("unread", "flagged")],
        }
        mailbox = server.mailbox(mail.account)
        mailbox.deliver(mail.raw, folder, mail.received, mail.id, mail.thread_id, changes)


def say(server: MicrosoftServer, posts: Iterable[HouseholdPost]) -> None:
    """Write each post into its channel; whoever writes or owns an account is a member of the team."""
    everything, work = list(posts), server.workplace
    for post in everything:
        server.directory.user(post.author, post.author_name)
    for post in everything:
        team = work.team(post.team, (post.account, post.author))
        parent = None if post.thread_id == post.id else post.thread_id
        work.post(work.channel(team, post.channel), post.author, post.html, parent=parent, sent=post.sent)


def uids_of(mails: Iterable[HouseholdMail]) -> dict[str, str]:
    """Return the iCalendar id of what each mail invites to, by the mail's key."""
    return {mail.key: uid for mail in mails if (uid := invited(mail.raw))}


def enter(server: MicrosoftServer, events: Iterable[HouseholdEvent], uids: Mapping[str, str]) -> None:
    """Write each event into its account's calendar; `uids` are by the key of the mail that invited."""
    for event in events:
        calendar = server.calendar(event.account)
        calendar.zone = event.zone
        if event.organizer == event.account:
            calendar.create(_body(event), _key(event))
            continue
        organizer: JsonObject = {"emailAddress": {"name": event.organizer_name, "address": event.organizer}}
        entered = calendar.invite(_body(event), organizer, _RESPONSES[event.response], _key(event))
        entered.uid = uids.get(event.invited_by, "")


def _key(event: HouseholdEvent) -> str:
    return f"AAMkAGV{event.id}AAA="


def _body(event: HouseholdEvent) -> JsonObject:
    zone = zones.windows(event.zone)
    body: JsonObject = {
        "subject": event.title,
        "start": {"dateTime": event.start.replace(tzinfo=None).isoformat(), "timeZone": zone},
        "end": {"dateTime": event.end.replace(tzinfo=None).isoformat(), "timeZone": zone},
        "isAllDay": event.all_day,
        "location": {"displayName": event.place},
        "attendees": [attendee(address, name) for address, name in event.attendees],
        "isOnlineMeeting": event.online,
    }
    body |= {"showAs": "free"} if event.free else {}
    return body | ({"recurrence": _recurrence(event.rule, event.start.date())} if event.rule else {})


def _recurrence(rule: str, start: date) -> JsonObject:
    """A daily or weekly rule as Outlook's pattern, without an end."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts["FREQ"] not in ("DAILY", "WEEKLY"):
        raise ValueError(f"The rule {rule!r} is neither daily nor weekly.")
    pattern: JsonObject = {"type": parts["FREQ"].lower(), "interval": int(parts.get("INTERVAL", "1"))}
    if parts["FREQ"] == "WEEKLY":
        days = parts.get("BYDAY", tuple(_DAYS)[start.weekday()])
        pattern["daysOfWeek"] = [_DAYS[day] for day in days.split(",")]
    return {"pattern": pattern, "range": {"type": "noEnd", "startDate": start.isoformat()}}
