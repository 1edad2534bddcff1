"""Fetches what the banks send: from each mail as it comes, and backwards through a year of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from application.books.entering import Document, Entering
from application.books.senders import BankSenders
from application.ports.mail import MessageSource
from application.ports.mime import RawMail
from application.ports.providers import Connections
from application.ports.store import MessageQuery, Store
from domain.errors import AlfredError, CannotBe, NotFound
from domain.finance.transactions import StatementRecord, StatementState
from domain.messages import Attachment, Authentication, Message

log = logging.getLogger(__name__)

SEEN = "books/seen/"
FILLED = "books/filled/"
ENDINGS = (".pdf", ".csv", ".ofx", ".qfx", ".xml", ".sta", ".mt940", ".940")
LARGEST = 25 * 1024 * 1024
MOST_PER_SENDER = 400
PAGE = 200
TakeIn = Callable[[str, Sequence[RawMail | Message]], None]
"""Takes in messages of a source from the past."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """How far a backfill is: bank senders done of all there are, and documents found so far."""

    done: int
    total: int
    found: int


class Collecting:
    """Takes statements out of mail. Only senders that the owner banks with are believed, and nothing that is forged."""

    def __init__(
        self, store: Store, connections: Connections, take_in: TakeIn, entering: Entering, senders: BankSenders
    ) -> None:
        self._store = store
        self._connections = connections
        self._take_in = take_in
        self._entering = entering
        self._senders = senders
        self._waiting: set[str] = set()
        self._looked_at = -1

    def collect(self) -> int:
        """Fetch and enter what came since the last time; return how many documents were entered.

        What fails for a passing reason is tried again the next time.
        """
        version = self._store.version
        if version != self._looked_at:
            for sender in self._senders.all():
                self._find(sender, all_of_it=self._looked_at < 0)
            self._looked_at = version
        waiting, self._waiting = sorted(self._waiting), set()
        return sum(self._from_message(id) for id in waiting)

    def read_again(self) -> tuple[StatementRecord, ...]:
        """Read once more what waits for a password, as after one was given."""
        entered: list[StatementRecord] = []
        for record in self._store.books.statements():
            if record.state is StatementState.NEEDS_PASSWORD and record.message_id is not None:
                entered += self._again(record)
        return tuple(entered)

    def strike(self, statement_id: str) -> None:
        """Take a statement out of the books, and let its mail be read again by the next `collect`."""
        record = self._store.books.statement(statement_id)
        self._store.books.strike(statement_id)
        if record.message_id is not None:
            for mark in self._store.preferences.names(f"{SEEN}{record.message_id}/"):
                self._store.preferences.delete(mark)
            self._waiting.add(record.message_id)

    def backfill(self, source: MessageSource) -> Iterator[Gathered]:
        """Search a source for each bank's mails of the past, one sender after another; a second call goes on.

        Raises what the source raises; what was found until then stays.
        """
        senders, found = self._senders.all(), 0
        for done, sender in enumerate(senders, 1):
            mark = f"{FILLED}{source.name}/{sender}"
            if self._store.preferences.get(mark) is None:
                for batch in source.search(sender, MOST_PER_SENDER):
                    self._take_in(source.name, batch.arrived)
                self._find(sender, all_of_it=True)
                found += self.collect()
                self._store.preferences.put(mark, True)
            yield Gathered(done, len(senders), found)

    def _find(self, sender: str, *, all_of_it: bool) -> None:
        """Remember which mails of `sender` carry statements: the newest, or all there are."""
        query, cursor = MessageQuery(text=f'"{sender}"'), None
        while True:
            page = self._store.messages.list(query, cursor, PAGE)
            self._waiting.update(known.message.id for known in page.items if self._may_carry(known.message))
            cursor = page.next_cursor
            if cursor is None or not all_of_it:
                return

    def _may_carry(self, message: Message) -> bool:
        return self._senders.knows(message.sender) and any(True for _ in self._documents(message))

    def _is_believed(self, message: Message) -> bool:
        """Whether it is from the bank that it says; what is forged is left where it is."""
        made = self._store.classifications.get(message.id)
        forged = message.mail is None or message.mail.authentication is Authentication.FAILED
        return self._senders.knows(message.sender) and not forged and not (made and made.verdict.suspicion)

    def _documents(self, message: Message) -> Iterator[Attachment]:
        for attachment in message.attachments:
            fits = attachment.name.lower().endswith(ENDINGS) and attachment.size <= LARGEST
            if fits and self._store.preferences.get(_mark(message.id, attachment)) is None:
                yield attachment

    def _from_message(self, id: str) -> int:
        try:
            message = self._store.messages.get(id).message
        except NotFound:
            return 0
        if not self._is_believed(message):
            log.warning("not believed to be from the bank", extra={"id": id})
            return 0
        return sum(self._entered(message, attachment) for attachment in list(self._documents(message)))

    def _entered(self, message: Message, attachment: Attachment) -> bool:
        try:
            entered = self._entering.enter(self._fetched(message, attachment))
        except (NotFound, CannotBe) as error:
            log.warning("statement not fetched", extra={"id": message.id, "code": error.code})
            entered = ()
        except AlfredError as error:
            log.info("statement later", extra={"id": message.id, "code": error.code})
            self._waiting.add(message.id)
            return False
        self._store.preferences.put(_mark(message.id, attachment), [record.id for record in entered])
        return bool(entered)

    def _fetched(self, message: Message, attachment: Attachment) -> Document:
        source = self._connections.source(message.source)
        content, name, _ = source.attachment(message.provider_id, attachment.index)
        return Document(content, name, message.sender.address, message.id)

    def _again(self, record: StatementRecord) -> tuple[StatementRecord, ...]:
        assert record.message_id is not None
        message = self._store.messages.get(record.message_id).message
        for attachment in message.attachments:
            if attachment.name == record.filename:
                return self._entering.enter(self._fetched(message, attachment))
        return ()


def _mark(message_id: str, attachment: Attachment) -> str:
    return f"{SEEN}{message_id}/{attachment.index}"
