"""Teams messages as flows post them: under the ids and threads that Graph gives them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from adapters.power_automate.hooks import TeamsHook
from adapters.power_automate.posts import PostMapper
from domain.errors import Invalid
from domain.messages import Address, Chat, Label, Message
from sandbox.microsoft.directory import Directory
from sandbox.microsoft.teams.workplace import Workplace
from sandbox.power_automate import connector
from tests.contract.power_automate.setting import NOON, OWNER, TOKEN

MORGAN = Address("Morgan", OWNER)
COLLEAGUE = "sabrina@office.example"
HOOK = TeamsHook(PostMapper("office", MORGAN, "u-1", timedelta(hours=24)), lambda: TOKEN, lambda: NOON)


def read(form: object) -> Message:
    (delivery,) = HOOK.read(json.dumps(form).encode())
    (message,) = delivery.messages
    assert isinstance(message, Message)
    return message


def a_form(**fields: object) -> dict[str, object]:
    return {
        "id": "17",
        "channelIdentity": {"teamId": "t", "channelId": "19:c"},
        "createdDateTime": "2026-11-23T11:00:00.123Z",
        "from": {"user": {"id": "u-2", "displayName": "Sabrina"}},
        "body": {"contentType": "html", "content": "<p>Is <at id='0'>Morgan</at> in?</p><p>Soon</p>"},
    } | fields


def test_a_channel_message_of_the_connector_is_read() -> None:
    work = Workplace(Directory())
    where = work.channel(work.team("Platform", [OWNER, COLLEAGUE]), "Incidents")
    post = work.post(where, COLLEAGUE, "<p>Down since <b>nine</b></p>", sent=NOON)
    message = read(connector.channel_post(where, post))
    assert (message.id, message.thread_id) == (f"office:{where.id}:{post.id}", f"{where.id}:{post.id}")
    assert (message.text, message.received_at, message.source) == ("Down since nine", NOON, "office/teams")
    assert message.labels == {Label.INBOX, "unverified"}


def test_a_reply_belongs_to_the_thread_of_its_root() -> None:
    message = read(a_form(id="18", replyToId="17"))
    assert (message.id, message.thread_id) == ("office:19:c:18", "19:c:17")
    assert isinstance(message.body, Chat)
    assert message.body.reply_to == "19:c:17"


def test_words_mentions_and_files_are_read() -> None:
    mention = {"mentioned": {"user": {"id": "u-1", "displayName": "M"}}}
    message = read(a_form(mentions=[mention], attachments=[{"name": "log.txt"}, {"id": "x"}], importance="urgent"))
    assert isinstance(message.body, Chat)
    assert (message.text, message.body.mentions) == ("Is @Morgan in?\n\nSoon", (MORGAN,))
    assert [each.name for each in message.attachments] == ["log.txt"]
    assert Label.IMPORTANT in message.labels


def test_other_spellings_are_read_as_well() -> None:
    odd = {"MessageId": "17", "ChannelId": "19:c", "From": "Sabrina <s@office.example>", "Body": "Plain & simple"}
    message = read({"body": odd})
    assert (message.id, message.sender) == ("office:19:c:17", Address("Sabrina", "s@office.example"))
    assert message.text == "Plain & simple"


def test_only_the_owners_own_id_makes_a_message_his() -> None:
    assert Label.SENT in read(a_form(**{"from": {"user": {"id": "U-1", "displayName": "M"}}})).labels
    assert Label.SENT not in read(a_form(**{"from": {"user": {"id": "u-3", "displayName": "Morgan"}}})).labels


@pytest.mark.parametrize("form", [{"messageType": "systemEventMessage"}, {"deletedDateTime": "2026-11-23T11:01:00Z"}])
def test_what_nobody_says_is_noted_alone(form: dict[str, object]) -> None:
    (delivery,) = HOOK.read(json.dumps(a_form(**form)).encode())
    assert (delivery.messages, delivery.note != "") == ((), True)


def test_an_edited_message_is_another_event_of_the_same_message() -> None:
    first, again, edited = (
        HOOK.read(json.dumps(form).encode())[0]
        for form in (a_form(), a_form(), a_form(lastEditedDateTime="2026-11-23T11:05:00Z"))
    )
    assert (first.event_id == again.event_id, first.event_id == edited.event_id) == (True, False)


def test_a_message_of_nowhere_is_refused() -> None:
    with pytest.raises(Invalid, match="channelIdentity"):
        HOOK.read(b'{"id": "17"}')
