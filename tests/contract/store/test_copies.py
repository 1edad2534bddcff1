"""Copies of what providers hold: the same questions to the twin in memory and to SQLite."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.store import Store
from domain.calendar import Event, Span
from domain.errors import NotFound
from tests.contract.store.samples import NOON


def event(name: str, *, hours: float = 0, length: float = 1, source: str = "home/calendar") -> Event:
    start = NOON + timedelta(hours=hours)
    end = start + timedelta(hours=length)
    return Event(f"home:{name}", "home", "memory", source, name, start, end, "Europe/Berlin", version="1")


def test_a_copy_comes_back_as_it_was_kept(store: Store) -> None:
    store.events.put([event("a")])
    assert store.events.get("home:a") == event("a")
    with pytest.raises(NotFound):
        store.events.get("home:b")


def test_a_copy_is_read_anew_only_where_it_changed(store: Store) -> None:
    store.events.put([event("a")])
    assert store.events.get("home:a") is store.events.all()[0]
    store.events.put([replace(event("a"), title="moved")])
    assert store.events.get("home:a").title == "moved"


def test_what_is_the_same_is_neither_new_nor_changed(store: Store) -> None:
    assert store.events.put([event("a"), event("b")]).new == ("home:a", "home:b")
    again = store.events.put([event("a"), replace(event("b"), title="moved"), event("c")])
    assert (again.new, again.changed) == (("home:c",), ("home:b",))


def test_a_whole_listing_takes_the_place_of_that_source_alone(store: Store) -> None:
    store.events.put([event("a"), event("b"), event("other", source="work/calendar")])
    done = store.events.replace("home/calendar", [event("b"), event("c")])
    assert (done.new, done.changed, done.gone) == (("home:c",), (), ("home:a",))
    assert [each.title for each in store.events.all()] == ["b", "c", "other"]
    assert [each.title for each in store.events.all("work/calendar")] == ["other"]


def test_removing_tells_what_was_there(store: Store) -> None:
    store.events.put([event("a")])
    assert store.events.remove(["home:a", "home:unknown"]).gone == ("home:a",)
    assert store.events.all() == ()


def test_what_only_touches_the_edges_does_not_take_place_in_between(store: Store) -> None:
    store.events.put([event("before", hours=-1), event("across", hours=-0.5), event("inside", hours=0.5, length=0)])
    store.events.put([event("after", hours=1), event("edge", hours=0, length=0)])
    found = store.events.touching(Span(NOON, NOON + timedelta(hours=1)))
    assert [each.title for each in found] == ["across", "edge", "inside"]


def test_changes_wake_the_live_view(store: Store) -> None:
    head = store.feed.head()
    store.events.put([event("a")])
    store.events.put([event("a")])
    assert [(item.topic, item.ref) for item in store.feed.after(head)] == [("status", "events/home:a")]
