"""What Teams shows late, changes unseen, or keeps to itself: all that is written arrives, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.scopes import ALL_OF_TEAMS, BASE
from application.ports.mail import Batch, MessageSource
from domain.messages import Message
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.teams.workplace import Conversation, Post
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

PRIYA = "priya@office.example"


@dataclass
class Office:
    """A channel and a chat at the sandbox, and a source that reads them at a time of the test's choosing."""

    server: MicrosoftServer
    passed: timedelta = timedelta()
    cursor: str = ""
    told: Counter[str] = field(default_factory=Counter)
    gone: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        work = self.server.workplace
        work.teams.clear()
        work.chats.clear()
        for address, name in ((OWNER, "Morgan Tan"), (PRIYA, "Priya Nair")):
            self.server.directory.user(address, name)
        self.channel = work.channel(work.team("Exporter", (OWNER, PRIYA)), "Incidents")
        self.chat = work.chat((OWNER, PRIYA))
        account = account_at(self.server)
        vault = signed_in_vault(self.server, account, (*BASE, *ALL_OF_TEAMS))
        provider = MicrosoftProvider(sleep=lambda seconds: None, now=lambda: datetime.now(UTC) + self.passed)
        connection = provider.connect(account, vault)
        self.source: MessageSource = next(each for each in connection.messages if each.name == "office/teams")

    def write(self, where: Conversation, text: str, seconds: float = 0.0, parent: str | None = None) -> Post:
        """Let a post become visible now that was written so many seconds ago."""
        sent = datetime.now(UTC) - timedelta(seconds=seconds)
        return self.server.workplace.post(where, PRIYA, text, sent=sent, parent=parent)

    def read(self) -> None:
        for batch in self.source.changes(self.cursor) if self.cursor else self.source.latest(50):
            self.told.update(_texts(batch))
            self.gone += batch.gone
            self.cursor = batch.cursor or self.cursor


def _texts(batch: Batch) -> Iterator[str]:
    return (each.text for each in batch.arrived if isinstance(each, Message))


@pytest.fixture
def office(microsoft: MicrosoftServer) -> Office:
    return Office(microsoft)


def test_a_reply_that_shows_after_a_newer_one_arrives(office: Office) -> None:
    root = office.write(office.channel, "Down", 600)
    office.read()
    office.write(office.channel, "Newer", 10, root.id)
    office.read()
    office.write(office.channel, "Late", 60, root.id)
    office.read()
    office.read()
    assert office.told == Counter(["Down", "Newer", "Late"])


def test_a_chat_message_that_shows_after_a_newer_one_arrives(office: Office) -> None:
    office.write(office.chat, "Newer", 10)
    office.read()
    office.write(office.chat, "Late", 60)
    office.write(office.chat, "Newest")
    office.read()
    assert office.told == Counter(["Newer", "Late", "Newest"])


@settings(max_examples=25, deadline=None)
@given(
    rounds=st.lists(
        st.lists(st.tuples(st.sampled_from(("thread", "reply", "chat")), st.floats(0, 280)), max_size=4), max_size=4
    )
)
def test_whatever_shows_late_arrives_once(late: Office, rounds: list[list[tuple[str, float]]]) -> None:
    office = Office(late.server)
    root = office.write(office.channel, "root", 3600)
    written = ["root"]
    office.read()
    for number, posts in enumerate(rounds):
        for index, (place, seconds) in enumerate(posts):
            text = f"{place} {number}.{index}"
            where = office.chat if place == "chat" else office.channel
            office.write(where, text, seconds, root.id if place == "reply" else None)
            written.append(text)
        office.read()
    office.passed = timedelta(hours=2)
    office.read()
    assert office.told == Counter(written)


@pytest.fixture(scope="module")
def late() -> Iterator[Office]:
    with MicrosoftServer([OWNER], limit=None) as server:
        yield Office(server)


def test_the_last_message_of_a_chat_that_is_edited_or_deleted_is_seen_at_once(office: Office) -> None:
    first = office.write(office.chat, "Wrong", 60)
    office.read()
    office.server.workplace.edit(office.chat, first, "Right")
    office.read()
    office.server.workplace.delete(office.chat, first)
    office.read()
    assert office.told == Counter(["Wrong", "Right"])
    assert office.gone == [f"{office.chat.id}:{first.id}"]


def test_an_earlier_message_of_a_chat_that_is_edited_or_deleted_is_seen_within_the_hour(office: Office) -> None:
    wrong, oops = office.write(office.chat, "Wrong", 7200), office.write(office.chat, "Oops", 7100)
    office.write(office.chat, "Last", 7000)
    office.read()
    office.server.workplace.edit(office.chat, wrong, "Right")
    office.server.workplace.delete(office.chat, oops)
    office.passed = timedelta(minutes=61)
    office.read()
    assert office.told == Counter(["Wrong", "Oops", "Last", "Right"])
    assert office.gone == [f"{office.chat.id}:{oops.id}"]


def test_a_chat_in_which_nothing_happened_is_not_listed_at_every_round(office: Office) -> None:
    office.write(office.chat, "Hello", 60)
    office.read()
    office.server.misbehave("status", method="chatMessages.list", status=400)
    office.read()
    assert office.told == Counter(["Hello"])


def test_the_sweep_sees_what_was_edited_and_taken_back(office: Office) -> None:
    wrong, oops = office.write(office.chat, "Wrong", 7200), office.write(office.channel, "Oops", 7100)
    office.server.workplace.edit(office.chat, wrong, "Right")
    office.server.workplace.delete(office.channel, oops)
    now = datetime.now(UTC)
    batches = list(office.source.history(now - timedelta(days=7), now, None))
    assert [text for batch in batches for text in _texts(batch)] == ["Right"]
    assert [id for batch in batches for id in batch.gone] == [f"{office.channel.id}:{oops.id}"]


def test_a_team_that_is_closed_does_not_stop_the_others(office: Office) -> None:
    work = office.server.workplace
    other = work.channel(work.team("Elsewhere", (OWNER, PRIYA)), "General")
    office.write(office.channel, "Closed", 60)
    office.write(other, "Open", 60)
    office.write(office.chat, "Also open", 60)
    office.server.misbehave("status", method="channels.list", status=403, count=1)
    office.read()
    assert office.told == Counter(["Open", "Also open"])
    office.read()
    assert office.told == Counter(["Open", "Also open", "Closed"])


def test_a_search_does_without_what_is_closed(office: Office) -> None:
    office.write(office.channel, "export one", 60)
    office.write(office.chat, "export two", 50)
    office.server.misbehave("status", method="channelMessages.get", status=403, count=1)
    assert [text for batch in office.source.search("export", 10) for text in _texts(batch)] == ["export two"]
