"""A house with a mailbox, and the invitations that come to it by mail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import reduce

from adapters.memory.calendar import MemoryCalendar
from adapters.memory.calendar_executor import MemoryCalendarExecutor
from adapters.mime.reader import MimeReader
from application.ports.action_log import ActionQuery
from application.ports.providers import Account, Connection
from domain.actions import Action, Status
from domain.calendar import Event, Span
from domain.errors import AlfredError, TryLater
from domain.kinds import Kind
from domain.messages import Label, Message
from tests.unit.chat.house import OWNER, House

ANN = "ann@example.org"
LUNCH = datetime(2026, 11, 24, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=3)


def calendar_text(method: str, *lines: str, uid: str = "lunch@example.org", invited: str = OWNER.address) -> str:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{uid}", "SEQUENCE:2",
            "SUMMARY:Lunch", f"DTSTART:{LUNCH:%Y%m%dT%H%M%SZ}", f"DTEND:{LUNCH + HOUR:%Y%m%dT%H%M%SZ}",
            f"ORGANIZER;CN=Ann:mailto:{ANN}", f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{invited}", *lines,
            "END:VEVENT", "END:VCALENDAR", "",
        ]
    )  # fmt: skip


def together(first: str, second: str) -> str:
    """One calendar with the events of both."""
    begin, end = "BEGIN:VEVENT", "END:VCALENDAR"
    return first.replace(end, begin + second.partition(begin)[2])


def changed(text: str, sequence: int) -> str:
    return text.replace("SEQUENCE:2", f"SEQUENCE:{sequence}")


def weekly(method: str, *weeks: int) -> str:
    """Those occurrences of the weekly lunch; without any, all of it."""
    marks = [f"RECURRENCE-ID:{LUNCH + timedelta(weeks=week):%Y%m%dT%H%M%SZ}" for week in weeks]
    texts = [calendar_text(method, mark) for mark in marks or ["RRULE:FREQ=WEEKLY"]]
    return reduce(together, texts)


class Reticent(MemoryCalendar):
    """May refuse to tell what lies beyond the copies; `before` is called when it is asked."""

    def __init__(self, account: str, owner: str) -> None:
        super().__init__(account, owner)
        self.trouble: AlfredError | None = None
        self.before: Callable[[], object] = lambda: None

    def between(self, span: Span) -> tuple[Event, ...]:
        self.before()
        if self.trouble is not None:
            raise self.trouble
        return super().between(span)


class Post:
    """A house with a mailbox and a calendar of another account, and the mails that come to it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.calendar = Reticent("diary", OWNER.address)
        executors = (MemoryCalendarExecutor(self.calendar),)
        self.connection = Connection(Account("diary", "memory"), OWNER, executors=executors, calendars=(self.calendar,))
        self.count = 0

    def connect(self) -> None:
        self.house.connections.add(self.connection)

    def arrive(self, text: str, sender: str = ANN, checked: str = "none", age: timedelta = SETTLED) -> Message:
        """Let a mail with this calendar come in, its sender `checked` by DMARC, and the calendars look at it."""
        self.count += 1
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = f"Ann <{sender}>", str(OWNER), "Lunch"
        letter["Message-ID"] = f"<{self.count}@example.org>"
        letter["Received"] = "from mail by mx.example.org; Mon, 23 Nov 2026 08:00:00 +0000"
        letter["Authentication-Results"] = f"mx.example.org; dmarc={checked}"
        letter.set_content("You are invited.")
        letter.add_alternative(text, subtype="calendar", params={"method": "REQUEST"})
        box = self.house.mailboxes["gmail"]
        received = self.house.clock.at - age
        message = MimeReader(0).read(box.mail(box.deliver(letter.as_bytes(), received_at=received)))
        assert isinstance(message, Message)
        self.house.store.messages.take([message])
        self.house.workshop.calendars.arrived([message])
        self.poll()
        return message

    def poll(self) -> None:
        """Read every calendar, as the rounds do after the mail."""
        for source in self.house.workshop.calendars.sources():
            with suppress(TryLater):
                self.house.workshop.calendars.poll(source)

    def sent_by_hand(self, letter: bytes, answered: Message) -> None:
        """Let a letter like this come to be known, sent from another program."""
        box = self.house.mailboxes["gmail"]
        read = MimeReader(0).read(box.mail(box.deliver(letter, [Label.SENT])))
        assert isinstance(read, Message)
        assert read.mail is not None
        sent = replace(read, body=replace(read.mail, message_id=f"<{read.id}@elsewhere.example>"))
        later = answered.received_at + timedelta(minutes=1)
        self.house.store.messages.take([replace(sent, thread_id=answered.thread_id, received_at=later)])

    def proposed(self, kind: Kind) -> list[Action]:
        items = self.house.store.actions.list(ActionQuery(status=Status.PROPOSED), None, 50).items
        return [action for action in items if action.kind is kind]

    def sent(self) -> list[bytes]:
        return [mail.content for mail in self.house.mailboxes["gmail"].labelled(Label.SENT)]
