"""The contract of `MessageSource`, over the twin in memory and over each real provider at the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from application.ports.mail import Batch
from application.ports.mime import RawMail
from domain.errors import CursorExpired, NotFound, SignInAgain, TryLater
from domain.messages import Label
from tests.contract.mail_source.worlds import MailWorld

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def a_mail(subject: str = "Lunch", body: str = "Shall we meet at noon?\n") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Lee <ann@example.org>", "jo@example.com", subject
    mail.set_content(body)
    return mail.as_bytes()


def deliver_many(world: MailWorld, number: int, first: datetime = MONDAY) -> list[str]:
    """Let mails arrive a minute after the other; return their ids, oldest first."""
    return [world.deliver(a_mail(f"Number {at}"), first + timedelta(minutes=at)) for at in range(number)]


def arrived(batches: Iterable[Batch]) -> list[str]:
    return [raw.provider_id for batch in batches for raw in batch.arrived if isinstance(raw, RawMail)]


def cursor_of(batches: list[Batch]) -> str:
    """The cursor of the last batch; only the last may cover everything."""
    assert batches[-1].cursor is not None
    return batches[-1].cursor


def first_cursor(world: MailWorld) -> str:
    return cursor_of(list(world.source.latest(50)))


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


@pytest.mark.parametrize("spoil", ["old", "nonsense"])
def test_a_cursor_that_is_no_longer_known_has_expired(world: MailWorld, spoil: str) -> None:
    cursor = first_cursor(world) if spoil == "old" else "nonsense"
    deliver_many(world, 1)
    world.expire_cursors()
    with pytest.raises(CursorExpired):
        list(world.source.changes(cursor))


def test_after_a_holiday_everything_missed_is_found(world: MailWorld) -> None:
    known = set(deliver_many(world, 230))
    missed = deliver_many(world, 130, MONDAY + timedelta(days=14))
    batches = list(world.source.back_to_known(lambda ids: known & set(ids)))
    assert arrived(batches) == missed
    new = world.deliver(a_mail("New"), MONDAY + timedelta(days=20))
    assert arrived(world.source.changes(cursor_of(batches))) == [new]


def test_after_a_holiday_it_is_told_what_became_of_what_is_known(world: MailWorld) -> None:
    read, filed, thrown, deleted, same = deliver_many(world, 5)
    first_cursor(world)
    world.relabel(read, add=(Label.STARRED,), remove=(Label.UNREAD,))
    world.relabel(filed, remove=(Label.INBOX,))
    world.relabel(thrown, add=(Label.TRASH,), remove=(Label.INBOX,))
    world.remove(deleted)
    world.expire_cursors()
    batches = list(world.source.back_to_known(lambda ids: {read, filed, same} & set(ids)))
    assert {id: told_of(id, batches) for id in (read, filed, thrown, deleted, same)} == {
        read: {Label.INBOX, Label.STARRED},
        filed: {Label.UNREAD},
        thrown: {Label.UNREAD, Label.TRASH},
        deleted: None,
        same: {Label.INBOX, Label.UNREAD},
    }


def told_of(id: str, batches: Iterable[Batch]) -> frozenset[str] | None:
    """Return the labels of an unread mail of the inbox after all that is told of it; None where it is gone."""
    labels: frozenset[str] = frozenset({Label.INBOX, Label.UNREAD})
    for batch in batches:
        if id in batch.gone or (batch.everything is not None and id not in batch.everything):
            return None
        labels = batch.relabelled.get(id, labels)
        labels = batch.bearing.on(id, labels) if batch.bearing is not None else labels
    return labels


def test_what_is_known_is_asked_about_once_and_not_fetched_again(world: MailWorld) -> None:
    ids = deliver_many(world, 250)
    asked: list[str] = []

    def all_known(page: list[str]) -> set[str]:
        asked.extend(page)
        return set(page)

    assert arrived(world.source.back_to_known(all_known)) == []
    assert 0 < len(asked) == len(set(asked)) <= len(ids)


def test_a_young_household_is_not_flooded_with_its_past(world: MailWorld) -> None:
    for at in range(300):
        labels = (Label.INBOX,) if at % 3 else ()
        world.deliver(a_mail(f"Past {at}"), MONDAY - timedelta(days=1, minutes=at), labels)
    known = set(arrived(world.source.latest(50)))
    missed = deliver_many(world, 130)
    found = arrived(world.source.back_to_known(lambda ids: known & set(ids)))
    assert found[-130:] == missed
    assert len(found) < 130 + 50


def test_a_crash_on_the_way_back_leaves_no_hole(world: MailWorld) -> None:
    known = set(deliver_many(world, 110))
    missed = deliver_many(world, 130, MONDAY + timedelta(days=14))
    known |= set(arrived([next(iter(world.source.back_to_known(lambda ids: known & set(ids))))]))
    rest = arrived(world.source.back_to_known(lambda ids: known & set(ids)))
    assert known | set(rest) >= set(missed)


def test_history_brings_what_was_received_between_two_moments(world: MailWorld) -> None:
    ids = deliver_many(world, 10)
    half = timedelta(milliseconds=500)
    just_before = world.deliver(a_mail("Just before"), MONDAY - half)
    just_after = world.deliver(a_mail("Just after"), MONDAY + timedelta(minutes=5) + half)
    found = arrived(world.source.history(MONDAY, MONDAY + timedelta(minutes=5), None))
    assert sorted(found) == sorted(ids[:5])
    assert just_before not in found
    assert just_after not in found


def test_history_resumes_where_it_stopped(world: MailWorld) -> None:
    ids = deliver_many(world, 90)
    whole = MONDAY, MONDAY + timedelta(days=1)
    batches = iter(world.source.history(*whole, None))
    done = [next(batches), next(batches)]
    rest = list(world.source.history(*whole, done[-1].cursor))
    assert done[-1].cursor is not None
    assert rest[-1].cursor is None
    assert sorted(set(arrived([*done, *rest]))) == sorted(ids)
    assert len(arrived(rest)) < len(ids)


def test_history_says_how_far_it_is(world: MailWorld) -> None:
    deliver_many(world, 60)
    batches = list(world.source.history(MONDAY, MONDAY + timedelta(days=1), None))
    assert [batch.done for batch in batches] == sorted({batch.done for batch in batches})
    assert {batch.total for batch in batches} == {60}
    assert batches[-1].done == 60


def test_history_of_nothing_is_done_at_once(world: MailWorld) -> None:
    batches = list(world.source.history(MONDAY, MONDAY + timedelta(days=1), None))
    assert arrived(batches) == []
    assert batches[-1].cursor is None


def test_a_second_look_brings_what_is_not_known_and_the_labels_of_the_rest(world: MailWorld) -> None:
    ids = deliver_many(world, 30)
    world.relabel(ids[9], remove=(Label.UNREAD,))
    batches = list(
        world.source.reconcile(MONDAY, MONDAY + timedelta(minutes=20), lambda page: set(ids[5:]) & set(page))
    )
    assert sorted(arrived(batches)) == sorted(ids[:5])
    assert told_of(ids[9], batches) == {Label.INBOX}
    assert told_of(ids[8], batches) == {Label.INBOX, Label.UNREAD}


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


def test_the_provider_searches_newest_first(world: MailWorld) -> None:
    invoices = [world.deliver(a_mail("Invoice"), MONDAY + timedelta(minutes=at)) for at in range(4)]
    world.deliver(a_mail("Lunch"), MONDAY)
    assert arrived(world.source.search("invoice", 3)) == invoices[:0:-1]


@pytest.mark.parametrize("sender", ["ann@example.org", "example.org"])
def test_files_of_a_sender_are_found_within_the_time_alone(world: MailWorld, sender: str) -> None:
    days = [MONDAY + timedelta(days=at) for at in range(0, 40, 10)]
    ids = [world.deliver(with_file("ann@example.org"), day) for day in days]
    world.deliver(a_mail(), days[1])
    world.deliver(with_file("ann@example.com"), days[1])
    assert arrived(world.source.attached(sender, days[1], days[3])) == [ids[2], ids[1]]


def with_file(sender: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ann Lee <{sender}>", "jo@example.com", "A statement"
    mail.set_content("It is attached.\n")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="statement.pdf")
    return mail.as_bytes()


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
