"""Teams as a source: channels with their threads, chats, what is taken back, and what IT keeps to itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.microsoft import MicrosoftProvider
from adapters.microsoft.auth import keep_reserved
from adapters.microsoft.scopes import ALL_OF_TEAMS, BASE, CHATS, POSTS
from application.ports.mail import Batch, MessageSource
from domain.errors import CannotBe, CursorExpired, NotFound, SignInAgain, TryLater
from domain.messages import Address, Chat, Label, Message
from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.teams.workplace import Conversation
from tests.contract.microsoft.setting import OWNER, account_at, signed_in_vault

PRIYA, LENA = "priya@office.example", "lena@office.example"
HOUR = timedelta(hours=1)


def teams_of(server: MicrosoftServer, scopes: Iterable[str] = (*BASE, *ALL_OF_TEAMS), **settings: str) -> MessageSource:
    account = account_at(server, **settings)
    vault = signed_in_vault(server, account, scopes)
    connection = MicrosoftProvider(sleep=lambda seconds: None).connect(account, vault)
    return next(source for source in connection.messages if source.name == "office/teams")


@pytest.fixture
def channel(microsoft: MicrosoftServer) -> Conversation:
    work = microsoft.workplace
    for address, name in ((OWNER, "Morgan Tan"), (PRIYA, "Priya Nair"), (LENA, "Lena Roth")):
        microsoft.directory.user(address, name)
    return work.channel(work.team("Exporter", (OWNER, PRIYA, LENA)), "Incidents")


@pytest.fixture
def source(microsoft: MicrosoftServer, channel: Conversation) -> MessageSource:
    return teams_of(microsoft)


def messages(batches: Iterable[Batch]) -> list[Message]:
    return [each for batch in batches for each in batch.arrived if isinstance(each, Message)]


def texts(batches: Iterable[Batch]) -> list[str]:
    return [message.text for message in messages(batches)]


def first_cursor(source: MessageSource) -> str:
    return list(source.latest(50))[-1].cursor or ""


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - hours * HOUR


def test_a_post_comes_with_its_words_people_channel_and_link(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    root = work.post(channel, PRIYA, "<p>Sev 2: the export wrote 0 rows.</p>", sent=ago(2))
    work.post(channel, LENA, '<p><at id="0">Morgan Tan</at>, look&nbsp;please<br>now</p>', parent=root.id, sent=ago(1))
    reply, alert = messages(source.latest(50))
    assert (alert.text, reply.text) == ("Sev 2: the export wrote 0 rows.", "@Morgan Tan, look please\nnow")
    assert (alert.sender.name, reply.sender.name) == ("Priya Nair", "Lena Roth")
    assert reply.thread_id == alert.thread_id == alert.provider_id
    assert isinstance(reply.body, Chat)
    assert reply.body.channel == "Exporter / Incidents"
    assert [person.address for person in reply.body.mentions] == [OWNER]
    assert reply.body.reply_to == alert.provider_id
    assert reply.body.link.startswith("https://teams.microsoft.com/l/message/")
    assert reply.received_at == reply.sent_at
    assert (reply.labels, reply.source, reply.account) == (frozenset({Label.INBOX}), "office/teams", "office")


def test_what_the_owner_wrote_is_known_as_his(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    microsoft.workplace.post(channel, OWNER, "I am on it", sent=ago(1))
    [own] = messages(source.latest(50))
    assert own.is_from_owner


def test_posts_and_replies_since_the_cursor_arrive_once(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    root = microsoft.workplace.post(channel, PRIYA, "Down", sent=ago(3))
    cursor = first_cursor(source)
    microsoft.workplace.post(channel, LENA, "Looking", parent=root.id)
    microsoft.workplace.post(channel, PRIYA, "Another matter")
    batches = list(source.changes(cursor))
    assert texts(batches) == ["Looking", "Another matter"]
    assert texts(source.changes(batches[-1].cursor or "")) == []


def test_a_reply_to_an_old_thread_of_a_busy_channel_arrives(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    old = work.post(channel, PRIYA, "Weeks ago", sent=ago(24 * 20))
    for number in range(120):
        work.post(channel, LENA, f"Matter {number}", sent=ago(24 * 19 - number))
    cursor = first_cursor(source)
    work.post(channel, LENA, "Looking at last", parent=old.id)
    batches = list(source.changes(cursor))
    assert texts(batches) == ["Looking at last"]
    assert texts(source.changes(batches[-1].cursor or "")) == []


def test_a_long_thread_is_read_as_far_as_there_is_news(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    root = work.post(channel, PRIYA, "Down", sent=ago(3))
    cursor = first_cursor(source)
    for number in range(70):
        work.post(channel, LENA, f"Step {number}", parent=root.id, sent=ago(1 - number / 100))
    assert texts(source.changes(cursor)) == [f"Step {number}" for number in range(70)]


def test_what_is_edited_arrives_again_and_what_is_deleted_is_gone(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    first, second = work.post(channel, PRIYA, "Wrong", sent=ago(2)), work.post(channel, PRIYA, "Oops", sent=ago(1))
    cursor = first_cursor(source)
    work.edit(channel, first, "Right")
    work.delete(channel, second)
    batches = list(source.changes(cursor))
    assert texts(batches) == ["Right"]
    assert [id for batch in batches for id in batch.gone] == [f"{channel.id}:{second.id}"]


def test_chats_are_read_from_the_newest_known(microsoft: MicrosoftServer, source: MessageSource) -> None:
    work = microsoft.workplace
    chat = work.chat((OWNER, PRIYA))
    work.post(chat, PRIYA, "Lunch?", sent=ago(2))
    [first] = messages(source.latest(50))
    assert isinstance(first.body, Chat)
    assert (first.body.channel, first.sender) == ("Priya Nair", Address("Priya Nair", PRIYA))
    cursor = first_cursor(source)
    work.post(chat, PRIYA, "At noon")
    batches = list(source.changes(cursor))
    assert [(each.text, each.thread_id) for each in messages(batches)] == [("At noon", first.thread_id)]
    assert texts(source.changes(batches[-1].cursor or "")) == []


def test_an_old_delta_begins_anew_at_the_newest_known(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    microsoft.workplace.post(channel, PRIYA, "Old", sent=ago(2))
    cursor = first_cursor(source)
    microsoft.expire_delta(OWNER)
    microsoft.workplace.post(channel, PRIYA, "New")
    assert texts(source.changes(cursor)) == ["New"]


def test_nonsense_for_a_cursor_has_expired_and_what_is_missing_is_found(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    known = microsoft.workplace.post(channel, PRIYA, "Known", sent=ago(2))
    microsoft.workplace.post(channel, PRIYA, "Missed", sent=ago(1))
    with pytest.raises(CursorExpired):
        list(source.changes("nonsense"))
    batches = list(source.back_to_known(lambda ids: {f"{channel.id}:{known.id}"} & set(ids)))
    assert texts(batches) == ["Missed"]
    assert batches[-1].cursor


def test_history_brings_what_was_written_between_two_moments(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    root = microsoft.workplace.post(channel, PRIYA, "Too early", sent=ago(30))
    microsoft.workplace.post(channel, LENA, "Reply in time", parent=root.id, sent=ago(5))
    microsoft.workplace.post(channel, LENA, "Too late", sent=ago(1))
    assert texts(source.history(ago(10), ago(2), None)) == ["Reply in time"]


def test_a_search_finds_posts_replies_and_chats_whole(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    root = work.post(channel, PRIYA, "<b>Export</b> is down", sent=ago(3))
    work.post(channel, LENA, "The export runs by hand", parent=root.id, sent=ago(2))
    work.post(work.chat((OWNER, LENA)), LENA, "export done", sent=ago(1))
    work.post(channel, PRIYA, "Lunch", sent=ago(1))
    found = messages(source.search("export", 10))
    assert {each.text for each in found} == {"Export is down", "The export runs by hand", "export done"}
    assert len(messages(source.search("export", 2))) == 2


def test_a_chat_message_is_no_mail(source: MessageSource) -> None:
    with pytest.raises(NotFound):
        source.raw("x:1")
    with pytest.raises(NotFound):
        source.attachment("x:1", 0)


def test_without_the_channels_the_chats_are_read(microsoft: MicrosoftServer, channel: Conversation) -> None:
    microsoft.workplace.post(channel, PRIYA, "In the channel")
    microsoft.workplace.post(microsoft.workplace.chat((OWNER, PRIYA)), PRIYA, "In the chat")
    assert texts(teams_of(microsoft, (*BASE, CHATS)).latest(50)) == ["In the chat"]


def test_a_room_that_is_closed_does_not_stop_the_others(
    microsoft: MicrosoftServer, channel: Conversation, source: MessageSource
) -> None:
    work = microsoft.workplace
    work.post(channel, PRIYA, "Closed", sent=ago(1))
    work.post(work.chat((OWNER, PRIYA)), PRIYA, "Open", sent=ago(1))
    microsoft.misbehave("status", method="channelMessages.delta", status=403, count=1)
    batches = list(source.latest(50))
    assert texts(batches) == ["Open"]
    assert texts(source.changes(batches[-1].cursor or "")) == ["Closed"]


def test_teams_that_nobody_allowed_yet_says_what_to_allow(microsoft: MicrosoftServer) -> None:
    with pytest.raises(SignInAgain) as caught:
        list(teams_of(microsoft, BASE, reads="mail teams").latest(50))
    assert caught.value.scopes == ALL_OF_TEAMS


def test_teams_that_only_administrators_may_allow_says_so_with_a_request(microsoft: MicrosoftServer) -> None:
    account = account_at(microsoft, reads="mail teams")
    vault = signed_in_vault(microsoft, account)
    keep_reserved(account, vault, frozenset(ALL_OF_TEAMS))
    mail, teams = MicrosoftProvider().connect(account, vault).messages
    with pytest.raises(CannotBe) as caught:
        list(teams.latest(50))
    assert caught.value.code == "needs_admin"
    assert POSTS in str(caught.value)
    assert list(mail.latest(50))[-1].cursor


def test_an_account_that_reads_mail_alone_has_no_teams(microsoft: MicrosoftServer) -> None:
    account = account_at(microsoft)
    assert MicrosoftProvider().connect(account, signed_in_vault(microsoft, account)).sources == ("office/mail",)


def test_a_busy_microsoft_means_try_later(microsoft: MicrosoftServer, source: MessageSource) -> None:
    microsoft.misbehave("status", status=429, retry_after=30)
    with pytest.raises(TryLater):
        list(source.latest(50))
