"""The owner's own labels at Gmail, which are deleted and renamed there while Alfred works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.google import GoogleProvider
from adapters.google.scopes import COMPOSE, MODIFY, READ
from application.ports.providers import Connection
from domain.kinds import ChangeLabels, Kind
from domain.messages import Label
from sandbox.google import GoogleServer
from sandbox.google.gmail.mailbox import Mailbox
from tests.contract.executor.orders import a_letter, an_action, carried_out
from tests.contract.google.setting import OWNER, account_at, signed_in_vault


@pytest.fixture
def mailbox(google: GoogleServer) -> Mailbox:
    return google.mailbox(OWNER)


@pytest.fixture
def connection(google: GoogleServer) -> Connection:
    account = account_at(google)
    return GoogleProvider().connect(account, signed_in_vault(google, account, (READ, MODIFY, COMPOSE)))


@pytest.fixture
def call_it_bills(connection: Connection, mailbox: Mailbox) -> Callable[[], str]:
    def labelled() -> str:
        id = mailbox.deliver(a_letter(), ["INBOX"])
        carried_out(connection.executors[0], an_action(Kind.LABEL, id, ChangeLabels(("Bills",))))
        return id

    return labelled


def names(mailbox: Mailbox, id: str) -> set[str]:
    return {mailbox.labels[each].name for each in mailbox.messages[id].labels}


def delete(mailbox: Mailbox, label: str) -> None:
    mailbox.delete_label(label)


def rename(mailbox: Mailbox, label: str) -> None:
    mailbox.labels[label] = replace(mailbox.labels[label], name="Invoices")


@pytest.mark.parametrize("lost", [delete, rename])
def test_a_label_that_is_gone_at_gmail_is_made_again(
    call_it_bills: Callable[[], str], mailbox: Mailbox, lost: Callable[[Mailbox, str], None]
) -> None:
    call_it_bills()
    lost(mailbox, mailbox.label_ids()["bills"])
    assert names(mailbox, call_it_bills()) == {"INBOX", "Bills"}


def test_news_of_a_mail_call_its_label_as_it_is_called_by_then(connection: Connection, mailbox: Mailbox) -> None:
    [source] = connection.messages
    mails = [mailbox.deliver(a_letter(), ["INBOX"]) for _ in range(2)]
    [*_, batch] = source.latest(2)
    label = mailbox.create_label("Bills").id
    for id, name in zip(mails, ["Bills", "Invoices"], strict=True):
        mailbox.labels[label] = replace(mailbox.labels[label], name=name)
        mailbox.relabel(mailbox.messages[id], [label])
        [*_, batch] = source.changes(str(batch.cursor))
        assert batch.relabelled == {id: {Label.INBOX, name}}
