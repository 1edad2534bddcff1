"""Fetches what the banks send, from each mail as it comes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from application.finance.attached import may_be_statement, obstacle
from application.finance.entering import NO_CURRENCY, NO_STATEMENT, Document, Entering
from application.finance.senders import BankSenders
from application.finance.setting_aside import comes_on
from application.finance.telling_apart import may_be_same_account, overlap
from application.finance.unread import BY_HAND, LEFT, Left, Unread
from application.finding import listed
from application.ports.clock import Clock
from application.ports.providers import Connections
from application.ports.store import MessageQuery, Store
from domain.codec import Json, decode, encode
from domain.errors import AlfredError, CannotBe, Invalid, NotFound, TryLater
from domain.finance.transactions import StatementRecord, StatementState
from domain.messages import Attachment, Authentication, Message, account_of_message, message_id
from domain.pauses import still_rests
from domain.sources import account_of
from domain.triage import Verdict

log = logging.getLogger(__name__)

SEEN = "books/seen/"
REFUSED = {NO_STATEMENT: StatementState.NO_STATEMENT, NO_CURRENCY: StatementState.NOT_READ}
NEWEST = 200
PAUSE = timedelta(minutes=2)
AGAIN = timedelta(days=1)
"""How long what the source refused to hand over is left alone."""


class Collecting:
    """Takes statements out of mail. Only senders that the owner banks with are believed, and nothing that is forged:
    the briefing warns of that, and nobody is to fill the books with it.

    What was entered bears a mark per attachment, set after the books hold it: a crash in between reads the document
    again, and the books know the file. The mark names the records, or says why there are none, or on which day to read
    it again. What is left unread stands in the books as such, and what could not be fetched is tried again.
    """

    def __init__(
        self, store: Store, connections: Connections, entering: Entering, senders: BankSenders, clock: Clock
    ) -> None:
        self._store = store
        self._connections = connections
        self._entering = entering
        self._senders = senders
        self._clock = clock
        self._unread = Unread(store, clock)
        self._waiting: set[str] = set()
        self._rests: dict[str, datetime] = {}
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

    def note_refused(self, source: str, sender: str, refused: Mapping[str, str]) -> None:
        """Say which mails of a bank their source will not hand over, by provider id, and why."""
        for provider_id, reason in refused.items():
            self._unread.keep_unseen(message_id(account_of(source), provider_id), sender, reason)

    def read_again(self, password: str) -> tuple[StatementRecord, ...]:
        """Read once more what waits for a password, with a new one; it is kept where it opens something.

        What was given by hand is not kept, and stays as it is until it is given again. The password is kept for that,
        unless mail waits that it does not open.
        """
        waiting = [each for each in self._store.books.statements() if each.state is StatementState.NEEDS_PASSWORD]
        by_hand = tuple(each for each in waiting if each.message_id is None)
        mailed = [(each, each.message_id) for each in waiting if each.message_id is not None]
        if not mailed:
            self._senders.add_password(password, self._clock.now().isoformat())
        return (*(one for record, id in mailed for one in self._again(record, id, password)), *by_hand)

    def strike(self, statement_id: str) -> None:
        """Take a statement out of the books, and let its mail be read again by the next `collect`.

        So may what was left out because of it. A mail that is unread all the same is not told of again. Raise
        `NotFound`.
        """
        record = self._store.books.statement(statement_id)
        if record.state in LEFT:
            self._unread.put_away(record)
        self._part_from(record)
        for each in (*self._left_out_for(record), record):
            if each.message_id is not None:
                for mark in self._store.preferences.names(f"{SEEN}{each.message_id}/"):
                    self._store.preferences.delete(mark)
                self._waiting.add(each.message_id)
                self._rests.pop(each.message_id, None)
            self._store.books.strike(each.id)

    def _part_from(self, record: StatementRecord) -> None:
        """Set aside what was given by hand and leaned on it: lines of theirs would be missing without a word."""
        for each in self._store.books.statements():
            if record.id in each.joined and each.message_id is None:
                reason = (
                    f"lines of it stood in {record.filename or 'another file'}, which was taken out; import it again"
                )
                aside = replace(each, state=StatementState.SET_ASIDE, reason=reason, joined=(), transactions=0)
                self._store.books.book(aside, ())

    def _left_out_for(self, record: StatementRecord) -> Iterator[StatementRecord]:
        if record.state is not StatementState.COUNTED:
            return
        for each in self._store.books.statements():
            fits = may_be_same_account(each, record) and overlap(each, record)
            if (each.state is StatementState.DUPLICATE and fits) or record.id in each.joined:
                yield each

    def _carrying(self, query: MessageQuery, *, whole: bool) -> Iterator[str]:
        """Return which mails carry what was not entered yet: of the newest, or of all there are."""
        found = islice(listed(self._store.messages, query), None if whole else NEWEST)
        return (known.message.id for known in found if self._may_carry(known.message))

    def _may_carry(self, message: Message) -> bool:
        rests = still_rests(self._rests.get(message.id), self._clock.now(), AGAIN)
        return self._senders.knows(message.sender) and not rests and any(True for _ in self._documents(message))

    def _documents(self, message: Message) -> Iterator[Attachment]:
        for attachment in filter(may_be_statement, message.attachments):
            mark = self._store.preferences.get(_mark(message.id, attachment))
            if mark is None or (isinstance(mark, str) and date.fromisoformat(mark) <= self._clock.now().date()):
                yield attachment

    def _tried(self, id: str) -> int:
        account = account_of_message(id)
        if still_rests(self._paused.get(account), self._clock.now(), PAUSE):
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
        vouched = known.message.mail.authentication if known.message.mail else Authentication.UNKNOWN
        if vouched is Authentication.FAILED:
            return 0
        if doubt := _doubt(vouched, known.classification.verdict):
            self._unread.keep(known.message, (Left("", StatementState.NOT_READ, f"{doubt}; {BY_HAND}"),))
            return 0
        return self._from_believed(known.message)

    def _from_believed(self, message: Message) -> int:
        """Enter what a mail carries; return how many documents came to something."""
        missed: list[Left] = []
        entered = 0
        for attachment in list(self._documents(message)):
            try:
                entered += bool(self._entered(message, attachment))
            except (NotFound, CannotBe) as error:
                reason = f"it could not be fetched: {error}; {BY_HAND}"
                missed.append(Left(attachment.name, StatementState.NOT_READ, reason))
        if any(True for _ in self._documents(message)):
            self._rests[message.id] = self._clock.now() + AGAIN
        self._unread.keep(message, (*self._left(message), *missed))
        return entered

    def _left(self, message: Message) -> Iterator[Left]:
        marks = (self._store.preferences.get(_mark(message.id, each)) for each in message.attachments)
        yield from (decode(Left, mark, "left") for mark in marks if isinstance(mark, dict))

    def _entered(self, message: Message, attachment: Attachment) -> tuple[StatementRecord, ...]:
        """Enter one file of a mail, and mark it; raise what the source raises."""
        if reason := obstacle(attachment):
            self._leave(message, attachment, StatementState.NOT_READ, reason)
            return ()
        if not any(each.name == message.source for one in self._connections.all() for each in one.messages):
            raise TryLater(f"{message.source} is not connected just now")
        return self._read(message, attachment, self._fetched(message, attachment))

    def _read(
        self, message: Message, attachment: Attachment, document: Document, passwords: Sequence[str] = ()
    ) -> tuple[StatementRecord, ...]:
        try:
            entered = self._entering.enter(document, passwords)
        except Invalid as error:
            if error.code not in REFUSED:
                raise
            self._leave(message, attachment, REFUSED[error.code], str(error))
            return ()
        again = comes_on(entered)
        mark: Json = again.isoformat() if again else [record.id for record in entered]
        self._store.preferences.put(_mark(message.id, attachment), mark)
        return entered

    def _leave(self, message: Message, attachment: Attachment, state: StatementState, reason: str) -> None:
        self._store.preferences.put(_mark(message.id, attachment), encode(Left(attachment.name, state, reason)))

    def _fetched(self, message: Message, attachment: Attachment) -> Document:
        source = self._connections.source(message.source)
        content, name, _ = source.attachment(message.provider_id, attachment.index)
        bank = message.sender.name or message.sender.domain
        return Document(content, name, message.sender.address, message.id, bank)

    def _again(self, record: StatementRecord, message_id: str, password: str) -> tuple[StatementRecord, ...]:
        try:
            message = self._store.messages.get(message_id).message
            named = [each for each in message.attachments if each.name == record.filename]
            documents = [(each, self._fetched(message, each)) for each in named]
        except (NotFound, CannotBe) as error:
            log.warning("statement not fetched", extra={"id": message_id, "code": error.code})
            return ()
        right = [(each, document) for each, document in documents if document.file == record.file]
        read = tuple(one for each, document in right for one in self._read(message, each, document, (password,)))
        self._unread.keep(message, self._left(message))
        return read


def _doubt(vouched: Authentication, verdict: Verdict) -> str:
    """Say why a mail is not believed: its bank's domain did not vouch for it, or it looks like deceit."""
    if verdict.suspicion:
        return f"it looks like deceit ({verdict.suspicion})"
    return "" if vouched is Authentication.PASSED else "no server vouches for its sender"


def _mark(message_id: str, attachment: Attachment) -> str:
    return f"{SEEN}{message_id}/{attachment.index}"
