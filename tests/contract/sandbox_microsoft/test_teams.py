"""Teams: joined teams, channels with threads and their delta, chats."""

from __future__ import annotations

import pytest

from sandbox.microsoft import MicrosoftServer
from sandbox.microsoft.teams.workplace import Conversation
from tests.contract.sandbox_microsoft.asking import COLLEAGUE, OWNER, Graph, code_of
from tests.contract.sandbox_microsoft.checking import fits, like


@pytest.fixture
def channel(microsoft: MicrosoftServer) -> Conversation:
    work = microsoft.workplace
    return work.channel(work.team("Platform", [OWNER, COLLEAGUE]), "Incidents")


def path_of(channel: Conversation) -> str:
    assert channel.team is not None
    return f"/teams/{channel.team.id}/channels/{channel.id}/messages"


def test_the_way_to_a_channel_begins_at_ones_teams(graph: Graph, channel: Conversation) -> None:
    team = graph.values("/me/joinedTeams")[0]
    found = graph.values(f"/teams/{team['id']}/channels")[0]
    like(found, "channel-list.01.response", "value", 0)
    assert (team["displayName"], found["displayName"]) == ("Platform", "Incidents")


def test_a_post_looks_as_the_vendor_documents_it(
    microsoft: MicrosoftServer, graph: Graph, channel: Conversation
) -> None:
    name = microsoft.directory.user(OWNER).name
    microsoft.workplace.post(channel, COLLEAGUE, f'<p>Look, <at id="0">{name}</at></p>')
    item = graph.values(path_of(channel))[0]
    fits(item, "chatmessage")
    like(item, "channel-list-messages.02.response", "value", 0)
    assert item["mentions"][0]["mentioned"]["user"]["displayName"] == name
    assert item["from"]["user"]["displayName"] == "Sabrina"


def test_the_delta_tells_threads_and_no_replies(
    microsoft: MicrosoftServer, graph: Graph, channel: Conversation
) -> None:
    first = microsoft.workplace.post(channel, COLLEAGUE, "Down")
    page = graph.read(f"{path_of(channel)}/delta")
    reply = microsoft.workplace.post(channel, COLLEAGUE, "Up again", parent=first.id)
    later = microsoft.workplace.post(channel, COLLEAGUE, "Post-mortem")
    told = graph.read(page["@odata.deltaLink"])["value"]
    assert [one["id"] for one in told] == [later.id]
    replies = graph.values(f"{path_of(channel)}/{first.id}/replies")
    like(replies[0], "chatmessage-list-replies.01.response", "value", 0)
    assert [(one["id"], one["replyToId"]) for one in replies] == [(reply.id, first.id)]


def test_a_deleted_post_stays_without_its_words(
    microsoft: MicrosoftServer, graph: Graph, channel: Conversation
) -> None:
    post = microsoft.workplace.post(channel, COLLEAGUE, "Oops")
    page = graph.read(f"{path_of(channel)}/delta")
    microsoft.workplace.delete(channel, post)
    told = graph.read(page["@odata.deltaLink"])["value"][0]
    assert (told["body"]["content"], told["deletedDateTime"] is None) == ("", False)


def test_who_may_not_read_channels_is_told_which_scope_is_missing(
    microsoft: MicrosoftServer, channel: Conversation
) -> None:
    with Graph(microsoft, ("Chat.Read", "Team.ReadBasic.All")) as reader:
        answer = reader.get(path_of(channel))
    assert code_of(answer) == (403, "Forbidden")
    assert "ChannelMessage.Read.All" in answer.json()["error"]["message"]


def test_others_teams_stay_closed(microsoft: MicrosoftServer, graph: Graph) -> None:
    work = microsoft.workplace
    closed = work.channel(work.team("Board", [COLLEAGUE]), "General")
    assert graph.get(path_of(closed)).status_code == 403
    assert graph.values("/me/joinedTeams") == []


def test_chats_are_listed_newest_first_and_have_no_delta(microsoft: MicrosoftServer, graph: Graph) -> None:
    work = microsoft.workplace
    chat = work.chat([OWNER, COLLEAGUE])
    posts = [work.post(chat, COLLEAGUE, f"Word {number}") for number in range(3)]
    assert [one["id"] for one in graph.values("/me/chats")] == [chat.id]
    found = graph.values(f"/chats/{chat.id}/messages?$top=2")
    like(found[0], "chat-list-messages.01.response", "value", 0)
    assert [one["id"] for one in found] == [post.id for post in posts[::-1]]
    assert graph.get(f"/chats/{chat.id}/messages/delta").status_code in (400, 404)
    assert graph.get(f"/chats/{chat.id}/messages?$top=51").status_code == 400


def test_posting_needs_words_and_marked_mentions(graph: Graph, channel: Conversation) -> None:
    made = graph.told("POST", path_of(channel), 201, {"body": {"content": "Hello"}})
    graph.told("POST", f"{path_of(channel)}/{made['id']}/replies", 201, {"body": {"content": "And again"}})
    assert graph.post(path_of(channel), json={"body": {"content": ""}}).status_code == 400
    mention = {"body": {"content": "Hi"}, "mentions": [{"id": 0, "mentionText": "Sabrina"}]}
    assert graph.post(path_of(channel), json=mention).status_code == 400


def test_search_finds_words_in_channels_and_chats(
    microsoft: MicrosoftServer, graph: Graph, channel: Conversation
) -> None:
    post = microsoft.workplace.post(channel, COLLEAGUE, "<p>The pager woke me</p>")
    asked = {"requests": [{"entityTypes": ["chatMessage"], "query": {"queryString": "pager"}, "from": 0, "size": 5}]}
    found = graph.told("POST", "/search/query", 200, asked)["value"][0]["hitsContainers"][0]
    assert (found["total"], found["hits"][0]["hitId"], found["moreResultsAvailable"]) == (1, post.id, False)
