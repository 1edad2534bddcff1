"""Fetches what the banks send, from each mail as it comes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from application.books.entering import Document, Entering
from application.books.senders import BankSenders
from application.books.telling_apart import may_be_same_account, overlap
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import MessageQuery, Store
from domain.errors import AlfredError, CannotBe, NotFound
from domain.finance.transactions import StatementRecord, StatementState
from domain.messages import Attachment, Authentication, Message

log = logging.getLogger(__name__)

SEEN = "books/seen/"
ENDINGS = (".pdf", ".csv", ".ofx", ".qfx", ".xml", ".sta", ".mt940", ".940")
LARGEST = 25 * 1024 * 1024
PAGE = 200
PAUSE = timedelta(minutes=2)


class Collecting:
    """Takes statements out of mail. Only senders that the owner banks with are believed, and nothing that is forged.

    What was entered bears a mark per attachment, set after the books hold it: a crash in between reads the document
    again, and the books know the file.
    """

    def __init__(
        self, store: Store, connections: Connections, entering: Entering, senders: BankSenders, clock: Clock
    ) -> None:
        self._store = store
        self._connections = connections
        self._entering = entering
        self._senders = senders
        self._clock = clock
        self._waiting: set[str] = set()
        self._refused: set[str] = set()
        self._paused: dict[str, datetime] = {}
        self._looked_at = -1

    def collect(self) -> int:
        """Fetch and enter what came since the last time; return how many documents were entered.

        What fails for a passing reason is tried again later.
        """
        if self._looked_at < 0:
            self._entering.repair()
        version = self._store.version
        if version != self._looked_at:
            for sender in self._senders.all():
                self._waiting |= set(self._carrying(MessageQuery(text=f'"{sender}"'), whole=self._looked_at < 0))
            self._looked_at = version
        return sum(self._tried(id) for id in sorted(self._waiting))

    def collect_past(self, query: MessageQuery) -> int:
        """Enter what the messages that fit `query` carry; raise what the source raises."""
        return sum(self._from_message(id) for id in list(self._carrying(query, whole=True)))

    def read_again(self, password: str) -> tuple[StatementRecord, ...]:
        """Read once more what waits for a password, with a new one; it is kept where it opens something."""
        entered: list[StatementRecord] = []
        waiting = [each for each in self._store.books.statements() if each.state is StatementState.NEEDS_PASSWORD]
        for record in waiting:
            entered += self._again(record, password)
        if not waiting:
            self._senders.add_password(password, self._clock.now().isoformat())
        return tuple(entered)

    def strike(self, statement_id: str) -> None:
        """Take a statement out of the books, and let its mail be read again by the next `collect`.

        So may what was left out because of it. Raise `NotFound`.
        """
        record = self._store.books.statement(statement_id)
        for each in (*self._left_out_for(record), record):
            if each.message_id is not None:
                for mark in self._store.preferences.names(f"{SEEN}{each.message_id}/"):
                    self._store.preferences.delete(mark)
                self._waiting.add(each.message_id)
            self._store.books.strike(each.id)

    def _left_out_for(self, record: StatementRecord) -> Iterator[StatementRecord]:
        if record.state is not StatementState.COUNTED:
            return
        for each in self._store.books.statements():
            fits = may_be_same_account(each, record) and overlap(each, record)
            if each.state is StatementState.DUPLICATE and fits:
                yield each

    def _carrying(self, query: MessageQuery, *, whole: bool) -> Iterator[str]:
        """Yield which mails carry what was not entered yet: of the newest, or of all there are."""
        cursor = None
        while True:
            page = self._store.messages.list(query, cursor, PAGE)
            yield from (known.message.id for known in page.items if self._may_carry(known.message))
            cursor = page.next_cursor
            if cursor is None or not whole:
                return

    def _may_carry(self, message: Message) -> bool:
        return self._senders.knows(message.sender) and any(True for _ in self._documents(message))

    def _documents(self, message: Message) -> Iterator[Attachment]:
        for attachment in message.attachments:
            fits = attachment.name.lower().endswith(ENDINGS) and attachment.size <= LARGEST
            if fits and self._store.preferences.get(_mark(message.id, attachment)) is None:
                yield attachment

    def _tried(self, id: str) -> int:
        account = id.partition(":")[0]
        if self._paused.get(account, self._clock.now()) > self._clock.now():
            return 0
        self._waiting.discard(id)
        try:
            return self._from_message(id)
        except AlfredError as error:
            log.info("statement later", extra={"id": id, "code": error.code})
            self._waiting.add(id)
            self._paused[account] = self._clock.now() + PAUSE
            return 0

    def _from_message(self, id: str) -> int:
        try:
            known = self._store.messages.get(id)
        except NotFound:
            return 0
        if known.classification is None:
            self._waiting.add(id)
            return 0
        if not self._is_believed(known.message) or known.classification.verdict.suspicion:
            self._refuse(id)
            return 0
        return sum(self._entered(known.message, attachment) for attachment in list(self._documents(known.message)))

    def _is_believed(self, message: Message) -> bool:
        """Whether it is from the bank that it says: its domain vouched for it; what nobody vouches for is left."""
        vouched = message.mail is not None and message.mail.authentication is Authentication.PASSED
        return vouched and self._senders.knows(message.sender)

    def _refuse(self, id: str) -> None:
        if id not in self._refused:
            log.warning("not believed to be from the bank", extra={"id": id})
        self._refused.add(id)

    def _entered(self, message: Message, attachment: Attachment) -> bool:
        try:
            entered = self._entering.enter(self._fetched(message, attachment))
        except (NotFound, CannotBe) as error:
            log.warning("statement not fetched", extra={"id": message.id, "code": error.code})
            entered = ()
        self._store.preferences.put(_mark(message.id, attachment), [record.id for record in entered])
        return bool(entered)

    def _fetched(self, message: Message, attachment: Attachment) -> Document:
        source = self._connections.source(message.source)
        content, name, _ = source.attachment(message.provider_id, attachment.index)
        bank = message.sender.name or message.sender.domain
        return Document(content, name, message.sender.address, message.id, bank)

    def _again(self, record: StatementRecord, password: str) -> tuple[StatementRecord, ...]:
        """What was given by hand is not kept, so it cannot be read again: it is given again, with its password."""
        if record.message_id is None:
            return ()
        try:
            message = self._store.messages.get(record.message_id).message
            named = [each for each in message.attachments if each.name == record.filename]
            documents = [self._fetched(message, each) for each in named]
        except (NotFound, CannotBe) as error:
            log.warning("statement not fetched", extra={"id": record.message_id, "code": error.code})
            return ()
        return tuple(
            one for each in documents if each.file == record.file for one in self._entering.enter(each, (password,))
        )


def _mark(message_id: str, attachment: Attachment) -> str:
    return f"{SEEN}{message_id}/{attachment.index}"
