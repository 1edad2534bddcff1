"""Teams, their channels, and what is written there."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.microsoft import changes, odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome
from sandbox.microsoft.changes import Place
from sandbox.microsoft.errors import Refusal, bad_query, teams_not_found
from sandbox.microsoft.odata import names
from sandbox.microsoft.teams.posting import post
from sandbox.microsoft.teams.views import MOST, PROPERTIES, shown, stamp
from sandbox.microsoft.teams.workplace import Conversation, Post, Team, Workplace
from sandbox.misbehaviour import Faults, Kind

_TEAMS = ("Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All")
_CHANNELS = ("Channel.ReadBasic.All", "ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All")
_READ = ("ChannelMessage.Read.All", "Group.Read.All", "Group.ReadWrite.All")
_SEND = ("ChannelMessage.Send", "Group.ReadWrite.All")
_TEAM = names("id displayName description isArchived tenantId createdDateTime webUrl visibility")
_CHANNEL = names("id displayName description email webUrl membershipType createdDateTime isFavoriteByDefault tenantId")


class Channels:
    """What the channels of the asker's teams hold."""

    def __init__(self, workplace: Workplace, faults: Faults) -> None:
        self._workplace = workplace
        self._faults = faults

    def endpoints(self) -> tuple[Endpoint, ...]:
        channels = "/teams/{team}/channels"
        messages = f"{channels}/{{channel}}/messages"
        replies = f"{messages}/{{message}}/replies"
        return (
            Endpoint("teams.listJoined", "GET", "/me/joinedTeams", _TEAMS, self.joined),
            Endpoint("teams.get", "GET", "/teams/{team}", _TEAMS, self.team),
            Endpoint("channels.list", "GET", channels, _CHANNELS, self.list),
            Endpoint("channels.get", "GET", f"{channels}/{{channel}}", _CHANNELS, self.channel),
            Endpoint("channelMessages.list", "GET", messages, _READ, self.messages),
            Endpoint("channelMessages.create", "POST", messages, _SEND, self.create, "chatMessage", writes=True),
            Endpoint("channelMessages.delta", "GET", f"{messages}/delta", _READ, self.delta),
            Endpoint("channelMessages.get", "GET", f"{messages}/{{message}}", _READ, self.message),
            Endpoint("channelMessages.listReplies", "GET", replies, _READ, self.replies),
            Endpoint("channelMessages.reply", "POST", replies, _SEND, self.reply, "chatMessage", writes=True),
            Endpoint("channelMessages.getReply", "GET", f"{replies}/{{reply}}", _READ, self.message),
        )

    def joined(self, call: Call) -> Outcome:
        mine = [_team(team) for team in self._workplace.teams.values() if _belongs(team, call)]
        return odata.listed(call, mine, odata.Collection("teams", _TEAM, "team", default=1000))

    def team(self, call: Call) -> Outcome:
        return Outcome(odata.select(call, _team(self._team(call)), _TEAM, "team"))

    def list(self, call: Call) -> Outcome:
        team = self._team(call)
        of = odata.Collection(f"teams('{team.id}')/channels", _CHANNEL, "channel", default=1000)
        return odata.listed(call, map(_channel, team.channels.values()), of)

    def channel(self, call: Call) -> Outcome:
        return Outcome(odata.select(call, _channel(self._channel(call)), _CHANNEL, "channel"))

    def messages(self, call: Call) -> Outcome:
        """The messages that begin a thread, newest first; `$expand=replies` brings the rest."""
        refuse_options(call, ("$top", "$skip", "$expand"))
        where = self._channel(call)
        newest = sorted(where.threads(), key=lambda one: one.modified, reverse=True)
        of = odata.Collection(
            f"teams('{call.path['team']}')/channels('{where.id}')/messages", PROPERTIES, "chatMessage", 20, MOST
        )
        return odata.listed(call, (_with_replies(call, where, one) for one in newest), of)

    def delta(self, call: Call) -> Outcome:
        where = self._channel(call)
        newest = sorted(where.threads(), key=lambda one: one.arrival, reverse=True)

        def present() -> Iterable[tuple[int, str]]:
            return ((one.arrival, one.id) for one in newest)

        def show(key: str) -> JsonObject:
            return {"@odata.type": "#microsoft.graph.chatMessage", **shown(where, where.posts[key])}

        of = odata.Collection("Collection(chatMessage)", PROPERTIES, "chatMessage", 20, MOST)
        resumed = call.text("$deltatoken") or call.text("$skiptoken")
        struck = self._faults.struck(call.method, call.account, (Kind.EXPIRED_CURSOR,)) if resumed else ()
        return changes.answer(call, Place(where.id, where.log, present, show, lambda change: None, of), struck)

    def message(self, call: Call) -> Outcome:
        where = self._channel(call)
        found = _post(where, call.path.get("reply", call.path["message"]))
        return Outcome(odata.select(call, shown(where, found), PROPERTIES, "chatMessage"))

    def replies(self, call: Call) -> Outcome:
        refuse_options(call, ("$top", "$skip"))
        where = self._channel(call)
        newest = sorted(where.replies(_post(where, call.path["message"]).id), key=lambda one: one.sent, reverse=True)
        of = odata.Collection("messages/replies", PROPERTIES, "chatMessage", 20, MOST)
        return odata.listed(call, (shown(where, one) for one in newest), of)

    def create(self, call: Call) -> Outcome:
        return post(self._workplace, self._channel(call), call)

    def reply(self, call: Call) -> Outcome:
        where = self._channel(call)
        return post(self._workplace, where, call, _post(where, call.path["message"]).id)

    def _team(self, call: Call) -> Team:
        team = self._workplace.teams.get(call.path["team"])
        if team is None:
            raise teams_not_found("Team")
        if not _belongs(team, call):
            raise Refusal(403, "Forbidden", "The user is not a member of the team.")
        return team

    def _channel(self, call: Call) -> Conversation:
        found = self._team(call).channels.get(call.path["channel"])
        if found is None:
            raise teams_not_found("Channel")
        return found


def refuse_options(call: Call, known: tuple[str, ...]) -> None:
    """Teams refuses query options that it does not know."""
    for name in call.query:
        if name.startswith("$") and name not in (*known, "$select", "$count", "$skiptoken"):
            raise bad_query(
                f"Query option '{name[1:].title()}' is not allowed. Set the 'AllowedQueryOptions' property to allow it."
            )


def _belongs(team: Team, call: Call) -> bool:
    return any(user.address == call.account for user in team.members)


def _post(where: Conversation, id: str) -> Post:
    if id not in where.posts:
        raise teams_not_found("Message")
    return where.posts[id]


def _with_replies(call: Call, where: Conversation, one: Post) -> JsonObject:
    if call.text("$expand") != "replies":
        return shown(where, one)
    newest = sorted(where.replies(one.id), key=lambda reply: reply.sent, reverse=True)
    told = {**shown(where, one), "replies": [shown(where, reply) for reply in newest[:MOST]]}
    if len(newest) <= MOST:
        return told
    rest = f"{call.base}{call.target.removesuffix(f'/{one.id}')}/{one.id}/replies?$top={MOST}&$skip={MOST}"
    return {**told, "replies@odata.nextLink": rest}


def _team(team: Team) -> JsonObject:
    return {"id": team.id, "displayName": team.name, "description": team.name, "isArchived": False}


def _channel(channel: Conversation) -> JsonObject:
    return {
        "id": channel.id,
        "createdDateTime": stamp(channel.created),
        "displayName": channel.name,
        "description": None,
        "membershipType": "standard",
    }
