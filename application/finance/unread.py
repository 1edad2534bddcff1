"""What a bank's mail brought and was not read: one record for each mail, so that nothing is passed over in silence."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from application.ports.clock import Clock
from application.ports.store import Store
from domain.errors import NotFound
from domain.finance.transactions import StatementRecord, StatementState
from domain.messages import Message

log = logging.getLogger(__name__)

LEFT = frozenset({StatementState.NOT_READ, StatementState.NO_STATEMENT})
PUT_AWAY = "books/put-away/"
BY_HAND = "if it is your bank's, save what came with it and import that by hand"


@dataclass(frozen=True, slots=True)
class Left:
    """A file of a mail that came to no statement, and why; `name` is nothing where the whole mail was left."""

    name: str
    state: StatementState
    reason: str


class Unread:
    """Keeps the records. One that the owner put away does not come back, whatever becomes of its mail."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def keep(self, message: Message, left: Iterable[Left]) -> None:
        """Keep what is left unread of a mail, in place of what was; nothing where all of it was read."""
        found = tuple(left)
        if found:
            self._put(_record(message, found))
        else:
            self._forget(self._known(_id(message.id)))

    def keep_unseen(self, message_id: str, bank: str, reason: str) -> None:
        """Keep that a mail was not handed over; once it is, `keep` has the word on it."""
        reason = f"its mailbox would not hand it over: {reason}; {BY_HAND}"
        id, state = _id(message_id), StatementState.NOT_READ
        self._put(StatementRecord(id, "", "A mail unseen", state, self._clock.now(), bank, reason=reason))

    def put_away(self, record: StatementRecord) -> None:
        self._store.preferences.put(PUT_AWAY + record.id, True)

    def _known(self, id: str) -> StatementRecord | None:
        try:
            return self._store.books.statement(id)
        except NotFound:
            return None

    def _forget(self, known: StatementRecord | None) -> None:
        if known is not None:
            self._store.books.strike(known.id)

    def _put(self, record: StatementRecord) -> None:
        known = self._known(record.id)
        is_put_away = self._store.preferences.get(PUT_AWAY + record.id) is not None
        if is_put_away or (known is not None and replace(known, at=record.at) == record):
            return
        log.warning("not read", extra={"id": record.id, "reason": record.reason})
        self._store.books.book(replace(record, at=self._clock.now()), ())


def _record(message: Message, found: tuple[Left, ...]) -> StatementRecord:
    """Return the one record of a mail; what may be a statement weighs more than what is none."""
    states = {each.state for each in found}
    reasons = dict.fromkeys(each.reason for each in found)
    return StatementRecord(
        id=_id(message.id),
        file="",
        filename=", ".join(each.name for each in found if each.name) or message.subject,
        state=StatementState.NOT_READ if StatementState.NOT_READ in states else StatementState.NO_STATEMENT,
        at=message.received_at,
        bank=message.sender.name or message.sender.domain,
        reason="; ".join(reasons),
        message_id=message.id,
    )


def _id(message_id: str) -> str:
    return f"mail-{hashlib.sha256(message_id.encode()).hexdigest()[:16]}"
