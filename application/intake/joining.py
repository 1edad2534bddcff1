"""One mailbox, seen by two accounts: at first hand by its provider's API, at second hand by what a flow hands on.

A message that comes by both ways is one message. Where the first hand reads, the second only says that there is
something to read; what the second hand brought before stays, and is not taken in again. What becomes of it at first
hand, its marks, its moves, its end, is told of that row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from application.finding import every_message
from application.ports.providers import Connection, Connections
from application.ports.store import MessageQuery, Store
from domain.errors import NotFound
from domain.messages import Message, id_by_message_id, message_id
from domain.sources import account_of

NEAR = timedelta(days=1)
"""How far apart two accounts may put the time at which one message was received."""

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_JOINED = "joined/"


class OneWay:
    """Where no mailbox is seen by two accounts."""

    def new_to_us(self, source: str, messages: Sequence[Message]) -> Sequence[Message]:
        return messages

    def rows_of(self, ids: Collection[str]) -> Mapping[str, str]:
        return {}


class Joining(OneWay):
    """Knows which accounts see the same mailbox, by its address."""

    def __init__(self, store: Store, connections: Connections) -> None:
        self._store = store
        self._connections = connections

    def first_hand_of(self, source: str) -> str | None:
        """Return the source that reads for itself what `source` has at second hand, unless it waits for a sign-in."""
        account, _, stream = source.partition("/")
        own = self._connection(account)
        if own is None or not own.second_hand:
            return None
        names = (f"{each.account.name}/{stream}" for each in self._beside(own) if not each.second_hand)
        return next((name for name in names if self._is_read(name)), None)

    def new_to_us(self, source: str, messages: Sequence[Message]) -> Sequence[Message]:
        """Return those of what arrived that are not known by another way."""
        own = self._connection(account_of(source))
        if own is None or not messages:
            return messages
        if own.second_hand:
            return () if self.first_hand_of(source) else self._not_brought_before(source, own, messages)
        second = [each.account.name for each in self._beside(own) if each.second_hand]
        if not second:
            return messages
        ids = {message.id: {message_id(account, _shared_id(message)) for account in second} for message in messages}
        known = self._store.messages.known(id for each in ids.values() for id in each)
        self._note({id: row for id, possible in ids.items() for row in sorted(possible & known)[:1]})
        return [message for message in messages if not ids[message.id] & known]

    def _not_brought_before(self, source: str, own: Connection, messages: Sequence[Message]) -> Sequence[Message]:
        """Return those that no reader brought at first hand before he had to wait for a sign-in."""
        stream = source.partition("/")[2]
        readers = [f"{each.account.name}/{stream}" for each in self._beside(own) if not each.second_hand]
        brought = {id for reader in readers for id in self._shared_ids_near(reader, messages)}
        return [message for message in messages if _shared_id(message) not in brought]

    def _shared_ids_near(self, source: str, messages: Sequence[Message]) -> Iterator[str]:
        """Return by which ids the second hand knows what `source` brought around the time of these."""
        times = [max(message.received_at, EARLIEST) for message in messages]
        query = MessageQuery(source=source, since=min(times) - NEAR, until=max(times) + NEAR, include_removed=True)
        return (_shared_id(each.message) for each in every_message(self._store.messages, query))

    def rows_of(self, ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these ids at first hand stand for a row that came by another way, and for which."""
        noted = self._store.preferences.get_many(_JOINED + id for id in ids) if ids else {}
        return {name.removeprefix(_JOINED): str(row) for name, row in noted.items()}

    def _note(self, rows: Mapping[str, str]) -> None:
        """Remember which rows messages stand for that are not taken in again."""
        for id, row in rows.items():
            self._store.preferences.put(_JOINED + id, row)

    def _beside(self, own: Connection) -> Iterator[Connection]:
        for each in self._connections.all():
            is_same = each.address.address == own.address.address != ""
            if is_same and each.account.name != own.account.name:
                yield each

    def _is_read(self, source: str) -> bool:
        try:
            self._connections.source(source)
        except NotFound:
            return False
        return not self._store.sources.state(source).paused

    def _connection(self, account: str) -> Connection | None:
        try:
            return self._connections.get(account)
        except NotFound:
            return None


def _shared_id(message: Message) -> str:
    """Return the id that a message has at second hand: a mail's by its Message-ID, a chat message's own."""
    if message.mail is None or not message.mail.message_id:
        return message.provider_id
    return id_by_message_id(message.mail.message_id)
