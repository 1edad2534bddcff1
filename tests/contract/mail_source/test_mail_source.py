"""The contract of `MessageSource`, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from application.ports.mail import Batch
from application.ports.mime import RawMail
from domain.errors import NotFound, SignInAgain, TryLater
from domain.messages import Label
from tests.contract.mail_source.polls import MONDAY, a_mail, arrived, cursor_of, deliver_many, first_cursor
from tests.contract.mail_source.worlds import MailWorld


def changes_since(world: MailWorld, cursor: str) -> tuple[list[str], dict[str, frozenset[str]], list[str], str]:
    batches = list(world.source.changes(cursor))
    relabelled = {id: labels for batch in batches for id, labels in batch.relabelled.items()}
    return arrived(batches), relabelled, [id for batch in batches for id in batch.gone], cursor_of(batches)


def test_the_first_poll_brings_the_newest_of_the_inbox(world: MailWorld) -> None:
    ids = deliver_many(world, 60)
    world.deliver(a_mail("Filed"), MONDAY + timedelta(hours=2), labels=())
    world.deliver(a_mail("Buy"), MONDAY + timedelta(hours=2), labels=(Label.SPAM,))
    assert arrived(world.source.latest(50)) == ids[:9:-1]


def test_the_first_poll_says_how_far_it_is(world: MailWorld) -> None:
    deliver_many(world, 30)
    batches = list(world.source.latest(50))
    assert [batch.total for batch in batches] == [30] * len(batches)
    assert batches[-1].done == 30
    assert [batch.cursor for batch in batches[:-1]] == [None] * (len(batches) - 1)


def test_an_empty_mailbox_still_gives_a_cursor(world: MailWorld) -> None:
    cursor = first_cursor(world)
    id = world.deliver(a_mail(), MONDAY)
    assert arrived(world.source.changes(cursor)) == [id]


def test_what_arrives_during_the_first_poll_is_in_the_next(world: MailWorld) -> None:
    deliver_many(world, 30)
    batches = world.source.latest(50)
    first = next(batches)
    late = world.deliver(a_mail("Late"), MONDAY + timedelta(hours=1))
    assert late in arrived(world.source.changes(cursor_of([first, *batches])))


def test_a_mail_comes_with_its_bytes_and_what_the_provider_knows(world: MailWorld) -> None:
    content = a_mail("Größe")
    first = world.deliver(content, MONDAY, (Label.INBOX, Label.UNREAD, Label.PROMOTIONS, Label.STARRED, "Clients/Acme"))
    second = world.deliver(a_mail("Größe"), MONDAY - timedelta(days=1), thread_of=first)
    newest, older = [raw for batch in world.source.latest(50) for raw in batch.arrived if isinstance(raw, RawMail)]
    assert (newest.provider_id, older.provider_id) == (first, second)
    assert newest.content == content
    assert newest.received_at == MONDAY
    assert newest.labels == {Label.INBOX, Label.UNREAD, Label.PROMOTIONS, Label.STARRED, "Clients/Acme"}
    assert (newest.account, newest.source, world.source.name) == ("gmail", "gmail/mail", "gmail/mail")
    assert newest.thread_id == older.thread_id != ""


def test_where_nothing_changed_there_is_nothing_but_a_cursor(world: MailWorld) -> None:
    deliver_many(world, 3)
    ids, relabelled, gone, cursor = changes_since(world, first_cursor(world))
    assert (ids, relabelled, gone) == ([], {}, [])
    assert changes_since(world, cursor)[:3] == ([], {}, [])


def test_changes_are_told_as_they_stand_in_the_end(world: MailWorld) -> None:
    read, filed, deleted = deliver_many(world, 3)
    cursor = first_cursor(world)
    world.relabel(read, remove=(Label.UNREAD,))
    world.relabel(filed, add=("Bills",), remove=(Label.INBOX,))
    world.relabel(filed, add=(Label.STARRED,), remove=("Bills",))
    world.remove(deleted)
    new = world.deliver(a_mail("New"), MONDAY + timedelta(hours=1))
    ids, relabelled, gone, _ = changes_since(world, cursor)
    assert ids == [new]
    assert relabelled[read] == {Label.INBOX}
    assert relabelled[filed] == {Label.UNREAD, Label.STARRED}
    assert gone == [deleted]


def test_a_mail_that_came_and_went_between_two_polls_never_arrives(world: MailWorld) -> None:
    cursor = first_cursor(world)
    world.remove(world.deliver(a_mail(), MONDAY))
    assert changes_since(world, cursor)[0] == []


def test_the_same_cursor_tells_the_same_again(world: MailWorld) -> None:
    cursor = first_cursor(world)
    deliver_many(world, 3)
    assert changes_since(world, cursor) == changes_since(world, cursor)


@pytest.mark.parametrize("label", [Label.SPAM, Label.TRASH, Label.DRAFT])
def test_spam_trash_and_drafts_do_not_arrive(world: MailWorld, label: Label) -> None:
    cursor = first_cursor(world)
    world.deliver(a_mail(), MONDAY, (label,))
    assert changes_since(world, cursor)[0] == []
    assert arrived(world.source.back_to_known(lambda ids: set())) == []


def test_what_the_owner_rescues_from_spam_arrives(world: MailWorld) -> None:
    cursor = first_cursor(world)
    id = world.deliver(a_mail(), MONDAY, (Label.SPAM,))
    cursor = changes_since(world, cursor)[3]
    world.relabel(id, add=(Label.INBOX,), remove=(Label.SPAM,))
    assert changes_since(world, cursor)[0] == [id]


def test_what_the_owner_throws_away_is_told_by_its_labels(world: MailWorld) -> None:
    id = world.deliver(a_mail(), MONDAY)
    cursor = first_cursor(world)
    world.relabel(id, add=(Label.TRASH,), remove=(Label.INBOX,))
    assert changes_since(world, cursor)[1] == {id: {Label.UNREAD, Label.TRASH}}


def test_an_attachment_comes_with_its_name_and_type(world: MailWorld) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Offer"
    mail.set_content("See below.\n")
    mail.add_alternative("<p>See below.</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.4 offer", maintype="application", subtype="pdf", filename="offer.pdf")
    mail.add_attachment(b"\x89PNG chart", maintype="image", subtype="png", filename="chart.png")
    id = world.deliver(mail.as_bytes(), MONDAY)
    assert world.source.attachment(id, 0) == (b"%PDF-1.4 offer", "offer.pdf", "application/pdf")
    assert world.source.attachment(id, 1) == (b"\x89PNG chart", "chart.png", "image/png")
    with pytest.raises(NotFound):
        world.source.attachment(id, 2)


def test_the_raw_mail_is_what_was_delivered(world: MailWorld) -> None:
    content = b"From: a@example.org\r\nSubject: =?broken\r\n\r\nr\xe9sum\xe9 \xff\r\n.\n"
    id = world.deliver(content, MONDAY)
    assert world.source.raw(id) == content


def test_what_is_gone_is_not_found(world: MailWorld) -> None:
    id = world.deliver(a_mail(), MONDAY)
    world.remove(id)
    with pytest.raises(NotFound):
        world.source.raw(id)
    with pytest.raises(NotFound):
        world.source.attachment(id, 0)


Call = Callable[[MailWorld], object]


def _listed(batches: Iterator[Batch]) -> object:
    return list(batches)


CALLS: dict[str, Call] = {
    "latest": lambda world: _listed(world.source.latest(50)),
    "changes": lambda world: _listed(world.source.changes("1")),
    "back_to_known": lambda world: _listed(world.source.back_to_known(set)),
    "history": lambda world: _listed(world.source.history(MONDAY, MONDAY + timedelta(days=1), None)),
    "reconcile": lambda world: _listed(world.source.reconcile(MONDAY, MONDAY + timedelta(days=1), set)),
    "attachment": lambda world: world.source.attachment("abc", 0),
    "raw": lambda world: world.source.raw("abc"),
    "attached": lambda world: _listed(world.source.attached("example.org", MONDAY, MONDAY + timedelta(days=1))),
    "search": lambda world: _listed(world.source.search("lunch", 5)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_busy_provider_means_try_later(world: MailWorld, call: Call) -> None:
    world.be_busy()
    with pytest.raises(TryLater):
        call(world)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_withdrawn_sign_in_means_sign_in_again(world: MailWorld, call: Call) -> None:
    world.withdraw_sign_in()
    with pytest.raises(SignInAgain) as caught:
        call(world)
    assert caught.value.account == "gmail"
