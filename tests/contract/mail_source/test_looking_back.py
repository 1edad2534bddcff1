"""The contract of `MessageSource` for what is past: a cursor that expired, history, and what is searched for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from application.ports.mail import Batch
from domain.errors import CursorExpired
from domain.messages import Label
from tests.contract.mail_source.polls import MONDAY, a_mail, arrived, cursor_of, deliver_many, first_cursor
from tests.contract.mail_source.worlds import MailWorld


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
