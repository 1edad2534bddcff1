"""The expiry calendar: 14, 3 and 1 days before, once each, and once it is too late."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory import MemoryStore
from application.announcing import Announcing, announced
from application.connections import ConnectedAccounts
from application.ports.clock import Clock
from application.ports.providers import Account, Connection, Expiry
from application.telling.expiries import Expiries
from domain.messages import Address

END = datetime(2026, 12, 24, 12, tzinfo=UTC)


class Hands(Clock):
    def __init__(self) -> None:
        self.at = END - timedelta(days=30)

    def now(self) -> datetime:
        return self.at


def calendar(clock: Clock, store: MemoryStore, *own: Expiry) -> Expiries:
    connections = ConnectedAccounts()
    account = Account("devops", "azure_devops")
    connections.add(Connection(account, Address("", "jo@example.com"), expiries=(Expiry("the access token", END),)))
    return Expiries(connections, Announcing(store, clock), clock, lambda: own)


def test_what_expires_is_announced_in_time_and_once() -> None:
    clock, store = Hands(), MemoryStore()
    expiries = calendar(clock, store)
    told = []
    for hours in range(0, 31 * 24, 6):
        clock.at = END - timedelta(days=30) + timedelta(hours=hours)
        if expiries.tell():
            told.append((END - clock.at) / timedelta(days=1))
    assert told == [14, 3, 1, 0]


def test_what_lasts_a_week_is_no_news_on_its_first_day() -> None:
    clock, store = Hands(), MemoryStore()
    expiries = calendar(clock, store, Expiry("the sign-in", END - timedelta(days=20), timedelta(days=7)))
    told = []
    for hours in range(3 * 24, 11 * 24, 6):
        clock.at = END - timedelta(days=30) + timedelta(hours=hours)
        if expiries.tell():
            told.append((END - timedelta(days=20) - clock.at) / timedelta(days=1))
    assert told == [3, 1, 0]


def test_the_notice_says_whose_and_when() -> None:
    clock, store = Hands(), MemoryStore()
    clock.at = END - timedelta(days=2, hours=1)
    calendar(clock, store).tell()
    (item,) = [each for each in store.feed.after(0) if each.topic == "notification"]
    notice = announced(store, item.ref, item.at)
    assert notice is not None
    assert notice.body == "devops: the access token expires in 2 days, on 2026-12-24"


@pytest.mark.parametrize(
    ("left", "expected"),
    [(timedelta(hours=5), "today"), (timedelta(hours=30), "tomorrow"), (timedelta(days=-1), "expired on 2026-12-24")],
)
def test_the_time_left_is_said_as_people_say_it(left: timedelta, expected: str) -> None:
    clock = Hands()
    assert expected in calendar(clock, MemoryStore()).all()[0].said(END - left)


def test_what_is_the_households_own_stands_among_them_by_date() -> None:
    own = Expiry("the certificate", END - timedelta(days=1))
    found = [(due.account, due.what) for due in calendar(Hands(), MemoryStore(), own).all()]
    assert found == [("", "the certificate"), ("devops", "the access token")]


def test_what_expires_within_a_day_but_after_midnight_expires_tomorrow() -> None:
    (due,) = calendar(Hands(), MemoryStore()).all()
    assert due.said(datetime(2026, 12, 23, 23, tzinfo=UTC)).endswith("expires tomorrow, on 2026-12-24")
