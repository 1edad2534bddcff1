"""Fetches what the banks send: from each mail as it comes, and backwards through a year of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from application.books.entering import Document, Entering
from application.books.senders import BankSenders
from application.ports.mail import MessageSource
from application.ports.providers import Connections
from application.ports.store import MessageQuery, Store
from application.rounds import Rounds
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """How far a backfill is: bank senders done of all there are, and documents found so far."""

    done: int
    total: int
    found: int


class Collecting:
    """Takes statements out of mail. Only senders that the owner banks with are believed, and nothing that is forged."""

    def __init__(
        self, store: Store, connections: Connections, rounds: Rounds, entering: Entering, senders: BankSenders
    ) -> None:
        self._store = store
        self._connections = connections
        self._rounds = rounds
        self._entering = entering
        self._senders = senders
        self._waiting: set[str] = set()
        self._has_looked_back = False
        self._lock = threading.Lock()

    def note(self, messages: Iterable[Message]) -> None:
        """Remember which of these mails carry statements; they are fetched by the next `collect`."""
        with self._lock:
            self._waiting.update(message.id for message in messages if self._may_carry(message))

    def collect(self) -> int:
        """Fetch and enter what waits; return how many documents were entered. What fails is tried again later."""
        if not self._has_looked_back:
            self._look_back()
        with self._lock:
            waiting, self._waiting = sorted(self._waiting), set()
        return sum(self._from_message(id) for id in waiting)

    def read_again(self) -> tuple[StatementRecord, ...]:
        """Read once more what waits for a password, as after one was given."""
        entered: list[StatementRecord] = []
        for record in self._store.books.statements():
            if record.state is StatementState.NEEDS_PASSWORD and record.message_id is not None:
                entered += self._again(record)
        return tuple(entered)

    def backfill(self, source: MessageSource) -> Iterator[Gathered]:
        """Search a source for each bank's mails of the past, one sender after another; a second call goes on.

        Raises what the source raises; what was found until then stays.
        """
        senders, found = self._senders.all(), 0
        for done, sender in enumerate(senders, 1):
            mark = f"{FILLED}{source.name}/{sender}"
            if self._store.preferences.get(mark) is None:
                for batch in source.search(sender, MOST_PER_SENDER):
                    self._rounds.take_in_history(source.name, batch.arrived)
                self._remember(sender)
                found += self.collect()
                self._store.preferences.put(mark, True)
            yield Gathered(done, len(senders), found)

    def _look_back(self) -> None:
        """Find what came while nobody looked, such as before a restart."""
        self._has_looked_back = True
        for sender in self._senders.all():
            self._remember(sender)

    def _remember(self, sender: str) -> None:
        query, cursor = MessageQuery(text=f'"{sender}"'), None
        while True:
            page = self._store.messages.list(query, cursor, PAGE)
            self.note(known.message for known in page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _may_carry(self, message: Message) -> bool:
        mail = message.mail
        if mail is None or mail.authentication is Authentication.FAILED or not self._senders.knows(message.sender):
            return False
        return any(True for _ in self._documents(message)) and not self._is_suspicious(message)

    def _is_suspicious(self, message: Message) -> bool:
        made = self._store.classifications.get(message.id)
        return made is not None and bool(made.verdict.suspicion)

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
        return sum(self._entered(message, attachment) for attachment in list(self._documents(message)))

    def _entered(self, message: Message, attachment: Attachment) -> bool:
        try:
            entered = self._entering.enter(self._fetched(message, attachment))
        except (NotFound, CannotBe) as error:
            log.warning("statement not fetched", extra={"id": message.id, "code": error.code})
            entered = ()
        except AlfredError as error:
            log.info("statement later", extra={"id": message.id, "code": error.code})
            with self._lock:
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
