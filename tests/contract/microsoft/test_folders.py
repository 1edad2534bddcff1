"""Folders by what they are for, whatever they are called: in another language, or by a word of Alfred's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.scopes import BASE, SEND, WRITE
from application.ports.mime import RawMail
from application.ports.providers import Connection
from domain.kinds import Kind
from domain.messages import Label
from sandbox.microsoft import MicrosoftServer
from tests.contract.executor.orders import a_letter, an_action, carried_out
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

GERMAN = {
    "inbox": "Posteingang",
    "drafts": "Entwürfe",
    "sentitems": "Gesendete Elemente",
    "deleteditems": "Gelöschte Elemente",
    "archive": "Archiv",
    "junkemail": "Junk-E-Mail",
    "outbox": "Postausgang",
    "conversationhistory": "Aufgezeichnete Unterhaltungen",
}


@pytest.fixture
def server() -> Iterator[MicrosoftServer]:
    with MicrosoftServer([OWNER], limit=None) as server:
        server.mailboxes.sending_seconds = 0.0
        for key, name in GERMAN.items():
            server.mailbox(OWNER).folders[key].name = name
        yield server


@pytest.fixture
def connection(server: MicrosoftServer) -> Connection:
    account = account_at(server, "gmail")
    vault = signed_in_vault(server, account, (*BASE, WRITE, SEND))
    return MicrosoftProvider(sleep=lambda seconds: None).connect(account, vault)


def arrived(connection: Connection, cursor: str) -> dict[str, frozenset[str]]:
    batches = connection.messages[0].changes(cursor)
    return {each.provider_id: each.labels for batch in batches for each in batch.arrived if isinstance(each, RawMail)}


def first_cursor(connection: Connection) -> str:
    *_, last = connection.messages[0].latest(50)
    assert last.cursor is not None
    return last.cursor


def test_in_a_german_mailbox_mail_lies_where_it_does_in_an_english_one(
    server: MicrosoftServer, connection: Connection
) -> None:
    mailbox = server.mailbox(OWNER)
    bills = mailbox.create_folder("Rechnungen", "inbox").key
    cursor = first_cursor(connection)
    places = {key: mailbox.deliver(a_letter(f"<{key}@example.org>"), key) for key in (*GERMAN, bills)}
    found = arrived(connection, cursor)
    unread = {Label.UNREAD}
    assert found == {
        places["inbox"]: unread | {Label.INBOX},
        places["sentitems"]: unread | {Label.SENT},
        places["archive"]: unread,
        places[bills]: unread | {"Rechnungen"},
    }


@pytest.mark.parametrize(("kind", "place"), [(Kind.ARCHIVE, "archive"), (Kind.DELETE, "deleteditems")])
def test_in_a_german_mailbox_mail_is_put_away_and_brought_back(
    server: MicrosoftServer, connection: Connection, kind: Kind, place: str
) -> None:
    mailbox, executor = server.mailbox(OWNER), connection.executors[0]
    id = mailbox.deliver(a_letter())
    action = an_action(kind, id)
    receipt = carried_out(executor, action)
    assert mailbox.messages[id].folder == place
    executor.undo(action, receipt)
    assert mailbox.messages[id].folder == "inbox"


def test_in_a_german_mailbox_a_mail_is_sent_once(server: MicrosoftServer, connection: Connection) -> None:
    executor, action = connection.executors[0], an_action(Kind.SEND)
    executor.execute(action, executor.prepare(action, a_letter()))
    assert [message.mime() for message in server.mailbox(OWNER).sent()] == [a_letter()]


@pytest.mark.parametrize("name", [Label.SPAM, Label.TRASH, Label.SENT, Label.INBOX, Label.IMPORTANT, Label.DRAFT])
def test_a_folder_of_the_owners_own_is_not_taken_at_alfreds_word(
    server: MicrosoftServer, connection: Connection, name: Label
) -> None:
    folder = server.mailbox(OWNER).create_folder(name.value, "msgfolderroot").key
    cursor = first_cursor(connection)
    id = server.mailbox(OWNER).deliver(a_letter(), folder)
    assert arrived(connection, cursor) == {id: {Label.UNREAD}}
