"""The feed of changes, the version and the listeners."""

import threading

import pytest

from application.ports.store import FeedItem, Store
from domain.errors import Conflict
from domain.sources import SourceState
from tests.contract.store.samples import NOON, approved, at, classified, mail, proposed


def test_every_change_appends_what_it_touched(store: Store) -> None:
    store.messages.take([mail("1"), mail("2")])
    store.messages.take([mail("1"), mail("2", subject="changed")])
    store.messages.relabel({"home:1": frozenset()})
    store.messages.remove(["home:2"], NOON)
    store.classifications.put([classified("1")])
    store.actions.append("a", [proposed()], actor="owner", at=NOON)
    store.sources.set_state(SourceState("home/mail", failures=1))
    store.preferences.put("quiet", True)
    items = store.feed.after(0)
    assert [(item.topic, item.ref) for item in items] == [
        ("message", "home:1"),
        ("message", "home:2"),
        ("message", "home:2"),
        ("message", "home:1"),
        ("message", "home:2"),
        ("message", "home:1"),
        ("action", "a"),
        ("status", "sources/home/mail"),
        ("status", "preferences/quiet"),
    ]
    assert [item.seq for item in items] == sorted({item.seq for item in items})
    assert store.feed.head() == items[-1].seq


def test_the_feed_goes_on_after_a_number(store: Store) -> None:
    assert store.feed.head() == 0
    numbers = [store.feed.note("notification", str(each), at(each)) for each in range(5)]
    assert store.feed.after(numbers[2]) == (
        FeedItem(numbers[3], "notification", "3", at(3)),
        FeedItem(numbers[4], "notification", "4", at(4)),
    )
    assert [item.ref for item in store.feed.after(0, 2)] == ["0", "1"]


def test_what_changes_nothing_appends_nothing(store: Store) -> None:
    store.messages.take([mail("1")])
    store.preferences.put("quiet", True)
    head = store.feed.head()
    store.messages.take([mail("1")])
    store.messages.relabel({"home:1": mail("1").labels})
    store.messages.remove(["home:9"], NOON)
    store.preferences.put("quiet", True)
    store.preferences.delete("unknown")
    assert store.feed.head() == head


def test_listeners_are_called_after_the_commit(store: Store) -> None:
    heard: list[int] = []
    store.on_change(lambda: heard.append(store.feed.head()))
    store.messages.take([mail("1"), mail("2")])
    store.messages.take([mail("1")])
    store.actions.append("a", [proposed()], actor="owner", at=NOON)
    assert heard == [2, 3]


def test_what_is_announced_is_kept_and_told_of_in_one_commit(store: Store) -> None:
    heard: list[list[str]] = []
    store.on_change(lambda: heard.append([item.topic for item in store.feed.after(0)]))
    store.preferences.announce("announced/tea", "ready", NOON)
    assert heard == [["status", "notification"]]
    assert store.feed.after(1) == (FeedItem(2, "notification", "announced/tea", NOON),)
    assert store.preferences.get("announced/tea") == "ready"


def test_a_refused_write_tells_nobody(store: Store) -> None:
    store.actions.append("a", [proposed()], actor="owner", at=NOON)
    heard: list[int] = []
    store.on_change(lambda: heard.append(1))
    head, version = store.feed.head(), store.version
    with pytest.raises(Conflict):
        store.actions.append("a", approved("wrong"), actor="owner", at=NOON)
    assert (heard, store.feed.head(), store.version) == ([], head, version)


def test_the_version_changes_with_every_write_and_no_read(store: Store) -> None:
    before = store.version
    store.sources.set_cursor("home/mail", "1")
    after = store.version
    store.sources.cursor("home/mail")
    store.feed.after(0)
    assert before != after == store.version


def test_many_threads_write_and_read_at_once(store: Store) -> None:
    def write(thread: int) -> None:
        for number in range(10):
            store.messages.take([mail(f"{thread}-{number}")])
            store.messages.get(f"home:{thread}-{number}")

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({item.ref for item in store.feed.after(0)}) == 80
