"""What every store does with messages."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from application.ports.store import ClassifiedMessage, MessageQuery, Store, Taken
from domain.errors import Invalid, NotFound
from domain.messages import Address, Chat, Label, Mail, Message
from domain.tasks import Snooze
from domain.triage import Category, Classification
from tests.contract.store.samples import NOON, at, chat, classified, full_mail, full_verdict, mail


def ids(store: Store, query: MessageQuery | None = None) -> list[str]:
    return [each.message.id.removeprefix("home:") for each in store.messages.list(query or MessageQuery()).items]


@pytest.mark.parametrize("message", [mail(), full_mail(), chat()], ids=["plain", "full", "chat"])
def test_a_message_comes_back_as_it_was_taken(store: Store, message: Message) -> None:
    store.messages.take([message])
    assert store.messages.get(message.id) == ClassifiedMessage(message, None)


def test_taking_says_what_was_new_and_what_changed(store: Store) -> None:
    assert store.messages.take([mail("1"), mail("2")]) == Taken(("home:1", "home:2"), ())
    again = [mail("1"), mail("2", subject="Another"), mail("3")]
    assert store.messages.take(again) == Taken(("home:3",), ("home:2",))
    assert store.messages.get("home:2").message.subject == "Another"


def test_taking_the_same_message_twice_in_one_batch_keeps_the_later(store: Store) -> None:
    assert store.messages.take([mail("1", subject="a"), mail("1", subject="b")]) == Taken(("home:1",), ())
    assert store.messages.get("home:1").message.subject == "b"
    assert store.messages.count(MessageQuery()) == 1


def test_new_labels_alone_count_as_a_change(store: Store) -> None:
    store.messages.take([mail("1")])
    assert store.messages.take([mail("1", labels=frozenset({"inbox"}))]).changed == ("home:1",)
    assert ids(store, MessageQuery(label="unread")) == []


def test_a_changed_text_is_found_by_its_new_words_only(store: Store) -> None:
    store.messages.take([mail("1", body=Mail("zebra"))])
    store.messages.take([mail("1", body=Mail("giraffe"))])
    assert ids(store, MessageQuery(text="giraffe")) == ["1"]
    assert ids(store, MessageQuery(text="zebra")) == []


def test_a_message_that_changed_its_time_moves_and_keeps_its_classification(store: Store) -> None:
    store.messages.take([mail("1", received_at=at(1)), mail("2", received_at=at(2))])
    store.classifications.put([classified("1")])
    store.messages.take([mail("1", received_at=at(3))])
    assert ids(store) == ["1", "2"]
    assert ids(store, MessageQuery(category=Category.WORK)) == ["1"]
    assert ids(store, MessageQuery(label="inbox", text="text")) == ["1", "2"]


def test_half_a_surrogate_pair_does_no_harm(store: Store) -> None:
    store.messages.take([mail("1", subject="broken \ud83d here"), mail("2")])
    assert ids(store, MessageQuery(text="broken")) == ["1"]
    assert store.messages.count(MessageQuery()) == 2


def test_relabelling_replaces_labels_and_passes_over_the_unknown(store: Store) -> None:
    store.messages.take([mail("1"), mail("2")])
    wanted = {"home:1": frozenset({"Invoices"}), "home:2": mail("2").labels, "home:9": frozenset({"x"})}
    assert store.messages.relabel(wanted) == ("home:1",)
    assert store.messages.get("home:1").message.labels == {"Invoices"}
    assert ids(store, MessageQuery(label="Invoices")) == ["1"]
    assert ids(store, MessageQuery(label=Label.INBOX)) == ["2"]


def test_a_removed_message_is_kept_and_left_out_of_lists(store: Store) -> None:
    store.messages.take([mail("1"), mail("2", thread_id="thread-1")])
    assert store.messages.remove(["home:1", "home:9"], NOON) == ("home:1",)
    assert store.messages.remove(["home:1"], NOON) == ()
    assert ids(store) == ["2"]
    assert ids(store, MessageQuery(text="text")) == ["2"]
    assert ids(store, MessageQuery(include_removed=True)) == ["2", "1"]
    assert [each.message.id for each in store.messages.thread("thread-1", "home")] == ["home:2"]
    assert store.messages.get("home:1").removed
    assert not store.messages.get("home:2").removed


def test_a_removed_message_that_arrives_again_is_back(store: Store) -> None:
    store.messages.take([mail("1")])
    store.messages.remove(["home:1"], NOON)
    assert store.messages.take([mail("1")]) == Taken((), ("home:1",))
    assert ids(store) == ["1"]


def test_an_unknown_message_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="home:9"):
        store.messages.get("home:9")


def test_many_are_got_by_id_and_the_unknown_left_out(store: Store) -> None:
    store.messages.take([full_mail(), mail("2")])
    found = store.messages.get_many(["home:2", "home:9", "home:full"])
    assert found == {"home:2": ClassifiedMessage(mail("2"), None), "home:full": ClassifiedMessage(full_mail(), None)}
    assert store.messages.known(["home:2", "home:9"]) == {"home:2"}


def test_the_labels_of_what_stands_are_told(store: Store) -> None:
    store.messages.take([mail("1", labels=frozenset({"Invoices", Label.INBOX})), mail("2"), mail("3")])
    store.messages.remove(["home:2"], NOON)
    assert store.messages.labels(["home:1", "home:2", "home:9"]) == {"home:1": {"Invoices", Label.INBOX}}


def test_the_newest_received_comes_first_whatever_the_order_of_arrival(store: Store) -> None:
    store.messages.take([mail("b", received_at=at(2))])
    store.messages.take([mail("c", received_at=at(3)), mail("a", received_at=at(1))])
    assert ids(store) == ["c", "b", "a"]


def test_of_messages_of_one_moment_the_one_taken_last_comes_first(store: Store) -> None:
    store.messages.take([mail(str(number)) for number in range(5)])
    assert ids(store) == ["4", "3", "2", "1", "0"]


def test_times_before_1970_and_far_ahead_are_kept_in_order(store: Store) -> None:
    odd = {"old": datetime(1, 1, 1, tzinfo=UTC), "early": datetime(1969, 7, 20, tzinfo=UTC), "now": NOON}
    odd["far"] = datetime(9999, 12, 31, tzinfo=UTC)
    store.messages.take([mail(name, received_at=moment) for name, moment in odd.items()])
    assert ids(store) == ["far", "now", "early", "old"]
    assert store.messages.get("home:far").message.received_at == odd["far"]


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    store.messages.take([mail(str(number), received_at=at(number // 3)) for number in range(10)])
    seen, cursor = [], None
    for _ in range(4):
        page = store.messages.list(MessageQuery(), cursor, 3)
        seen.append([each.message.id.removeprefix("home:") for each in page.items])
        cursor = page.next_cursor
    assert seen == [["9", "8", "7"], ["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert cursor is None


def test_a_page_that_ends_the_list_has_no_cursor(store: Store) -> None:
    store.messages.take([mail("1"), mail("2")])
    assert store.messages.list(MessageQuery(), None, 2).next_cursor is None


@pytest.mark.parametrize("cursor", ["", "x", "1.5", "9" * 30, "1; DROP TABLE messages", "１"])
def test_what_is_no_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor"):
        store.messages.list(MessageQuery(), cursor)


def test_a_list_shows_the_snippet_in_place_of_the_body(store: Store) -> None:
    long = mail("1", body=Mail("words " * 500, quoted="> old", html="<p>x</p>"))
    store.messages.take([long, chat()])
    listed = {each.message.id: each.message for each in store.messages.list(MessageQuery()).items}
    assert listed["home:1"] == replace(long, body=Mail(long.snippet))
    assert listed["home:1"].snippet == long.snippet
    assert listed["home:chat"] == replace(chat(), body=Chat("Lunch?"))


def test_each_filter_narrows_and_all_must_hold(store: Store) -> None:
    store.messages.take(
        [
            mail("1", received_at=at(1)),
            mail("2", received_at=at(2), source="home/teams"),
            mail("3", received_at=at(3), id="work:3", account="work", source="work/mail"),
            mail("4", received_at=at(4), labels=frozenset({"promotions"})),
        ]
    )
    store.classifications.put([classified("1", Category.URGENT, 1), classified("4", Category.NEWSLETTER, 5)])
    store.tasks.put_snooze(Snooze("work:3", at(10)))
    found = {
        query: [each.message.id for each in store.messages.list(query).items]
        for query in (
            MessageQuery(source="home/mail"),
            MessageQuery(account="work"),
            MessageQuery(category=Category.URGENT),
            MessageQuery(max_priority=4),
            MessageQuery(max_priority=5, source="home/mail"),
            MessageQuery(label="promotions", category=Category.NEWSLETTER, max_priority=5, account="home"),
            MessageQuery(unclassified=True),
            MessageQuery(since=at(2), until=at(4)),
            MessageQuery(text="subject", source="home/mail", max_priority=3),
            MessageQuery(text="subject", unclassified=True, since=at(3)),
            MessageQuery(category=Category.URGENT, unclassified=True),
            MessageQuery(asleep=True),
            MessageQuery(asleep=False, since=at(2)),
            MessageQuery(asleep=False, text="subject", unclassified=True),
        )
    }
    assert list(found.values()) == [
        ["home:4", "home:1"],
        ["work:3"],
        ["home:1"],
        ["home:1"],
        ["home:4", "home:1"],
        ["home:4"],
        ["work:3", "home:2"],
        ["work:3", "home:2"],
        ["home:1"],
        ["work:3"],
        [],
        ["work:3"],
        ["home:4", "home:2"],
        ["home:2"],
    ]
    assert {query: store.messages.count(query) for query in found} == {
        query: len(shown) for query, shown in found.items()
    }


def test_the_owners_own_mail_never_awaits_a_classification(store: Store) -> None:
    store.messages.take(
        [
            mail("1", received_at=at(1)),
            mail("2", received_at=at(2), labels=frozenset({Label.SENT, Label.INBOX})),
            mail("3", received_at=at(3), labels=frozenset({Label.DRAFT})),
            mail("4", received_at=at(4)),
        ]
    )
    assert ids(store, MessageQuery(unclassified=True)) == ["4", "1"]
    assert ids(store, MessageQuery(unclassified=True, text="subject")) == ["4", "1"]
    assert ids(store, MessageQuery(unclassified=True, label=Label.INBOX)) == ["4", "1"]
    assert store.messages.count(MessageQuery(unclassified=True)) == 2
    assert ids(store, MessageQuery()) == ["4", "3", "2", "1"]


def test_filters_and_pages_go_together(store: Store) -> None:
    store.messages.take([mail(str(number), received_at=at(number)) for number in range(6)])
    store.classifications.put([classified(str(number), priority=1 + number % 2) for number in range(6)])
    for query in (MessageQuery(max_priority=1), MessageQuery(max_priority=1, text="text"), MessageQuery(text="sub*")):
        first = store.messages.list(query, None, 2)
        rest = store.messages.list(query, first.next_cursor, 10)
        assert [*first.items, *rest.items] == list(store.messages.list(query).items)
        assert rest.items


def test_the_time_between_is_exact_within_a_millisecond(store: Store) -> None:
    moments = [NOON.replace(microsecond=microsecond) for microsecond in (0, 1, 999, 1000)]
    store.messages.take([mail(str(number), received_at=moment) for number, moment in enumerate(moments)])
    assert ids(store, MessageQuery(since=moments[1], until=moments[3])) == ["2", "1"]


def test_a_classification_comes_with_its_message(store: Store) -> None:
    store.messages.take([mail("1")])
    classification = Classification("home:1", full_verdict(), NOON)
    store.classifications.put([classification])
    assert store.messages.get("home:1").classification == classification
    assert store.messages.list(MessageQuery()).items[0].classification == classification
    assert store.messages.thread("thread-1", "home")[0].classification == classification


def test_a_thread_is_told_oldest_first_and_within_its_account(store: Store) -> None:
    same = {"thread_id": "t"}
    other = mail("x", id="work:x", account="work", **same)
    store.messages.take([mail("2", received_at=at(2), **same), mail("1", received_at=at(1), **same), other, mail("3")])
    assert [each.message for each in store.messages.thread("t", "home")] == [
        mail("1", received_at=at(1), **same),
        mail("2", received_at=at(2), **same),
    ]
    assert store.messages.thread("none", "home") == ()


def test_the_threads_of_some_messages_are_named_within_their_account_and_without_what_is_gone(store: Store) -> None:
    other = mail("x", id="work:x", account="work", thread_id="t")
    store.messages.take([*(mail(name, thread_id="t") for name in "123"), mail("4"), mail("5"), other])
    store.messages.remove(["home:3"], at(1))
    assert store.messages.threads_of(["home:1", "home:4", "home:unknown"]) == {"home:1", "home:2", "home:4"}


def test_taking_hands_back_what_is_new_as_it_is_kept(store: Store) -> None:
    store.messages.take([mail("1")])
    broken = mail("2", subject="half a pair \ud83d")
    kept = store.messages.take([mail("1", subject="Another"), broken]).kept
    assert kept == (store.messages.get("home:2").message,)


def test_news_awaits_until_it_was_handed_on(store: Store) -> None:
    store.messages.take([mail("1")])
    news = [mail(str(number)) for number in (1, 2, 3, 4)]
    assert store.messages.take_news(news) == Taken(("home:2", "home:3", "home:4"), ())
    store.messages.remove(["home:3"], at(9))
    assert set(store.messages.awaiting(9)) == {"home:2", "home:4"}
    store.messages.handed_on(["home:2", "home:unknown"])
    assert store.messages.awaiting(9) == ("home:4",)
    assert len(store.messages.awaiting(0)) == 0


def test_news_whose_time_was_set_right_awaits_all_the_same(store: Store) -> None:
    store.messages.take_news([mail("1")])
    store.messages.take_news([replace(mail("1"), received_at=at(60))])
    assert store.messages.awaiting(9) == ("home:1",)


def test_what_came_after_all_is_set_aside_no_longer(store: Store) -> None:
    store.messages.take_news([mail("known")])
    for name in ("known", "late", "never"):
        store.messages.set_aside("home/mail", name, "refused", at(0))
    store.messages.take([mail("late"), mail("known", subject="Another")])
    assert [id for _, id, _ in store.messages.set_aside_since(at(0))] == ["known", "never"]
    store.messages.handed_on(["home:known"])
    assert [id for _, id, _ in store.messages.set_aside_since(at(0))] == ["never"]


def test_what_was_set_aside_is_remembered_once(store: Store) -> None:
    store.messages.set_aside("home/mail", "m1", "too deep", at(0))
    store.messages.set_aside("home/mail", "m1", "another reason", at(5))
    store.messages.set_aside("home/mail", "m2", "too large", at(10))
    assert store.messages.set_aside_since(at(0)) == (("home/mail", "m1", "too deep"), ("home/mail", "m2", "too large"))
    assert store.messages.set_aside_since(at(1)) == (("home/mail", "m2", "too large"),)


def test_a_list_shows_odd_letters_as_they_came(store: Store) -> None:
    odd = 'tab\t nul\x00 escape\x1b delete\x7f "quotes" back\\slash é 😀 \u2028'
    message = mail("1", subject=odd, sender=Address(odd, odd), labels=frozenset({odd, Label.INBOX}), size=2**53 + 1)
    store.messages.take([message])
    (listed,) = store.messages.list(MessageQuery()).items
    assert replace(listed.message, body=message.body) == message
