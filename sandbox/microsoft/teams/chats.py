"""Chats and what is written there; there is no delta for one's own chats, they are listed."""

from __future__ import annotations

from dataclasses import replace

from sandbox.microsoft import odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome
from sandbox.microsoft.directory import TENANT
from sandbox.microsoft.errors import Refusal, bad_query, teams_not_found
from sandbox.microsoft.odata import names
from sandbox.microsoft.teams.channels import refuse_options
from sandbox.microsoft.teams.posting import post
from sandbox.microsoft.teams.views import MOST, PROPERTIES, shown, stamp
from sandbox.microsoft.teams.workplace import Conversation, Workplace

_LIST = ("Chat.ReadBasic", "Chat.Read", "Chat.ReadWrite")
_READ = ("Chat.Read", "Chat.ReadWrite")
_SEND = ("ChatMessage.Send", "Chat.ReadWrite")
_CHAT = names("id topic createdDateTime lastUpdatedDateTime chatType webUrl tenantId onlineMeetingInfo viewpoint")


class Chats:
    """The chats of whoever asks."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("chats.list", "GET", "/me/chats", _LIST, self.list),
            *(endpoint for root in ("/chats", "/me/chats") for endpoint in self._under(f"{root}/{{chat}}")),
        )

    def _under(self, one: str) -> tuple[Endpoint, ...]:
        return (
            Endpoint("chats.get", "GET", one, _LIST, self.chat),
            Endpoint("chats.listMembers", "GET", f"{one}/members", _LIST, self.members),
            Endpoint("chatMessages.list", "GET", f"{one}/messages", _READ, self.messages),
            Endpoint("chatMessages.get", "GET", f"{one}/messages/{{message}}", _READ, self.message),
            Endpoint("chatMessages.create", "POST", f"{one}/messages", _SEND, self.create, "chatMessage", writes=True),
        )

    def list(self, call: Call) -> Outcome:
        mine = [chat for chat in self._workplace.chats.values() if _belongs(chat, call)]
        newest = sorted(mine, key=_last, reverse=True)
        of = odata.Collection("chats", _CHAT, "chat", MOST, MOST)
        shown_chats = [_chat(chat, call) for chat in newest]
        if call.text("$orderby") not in ("", "lastMessagePreview/createdDateTime desc"):
            raise bad_query("Only 'lastMessagePreview/createdDateTime desc' is supported in $orderby.")
        return odata.listed(_unordered(call), shown_chats, of)

    def chat(self, call: Call) -> Outcome:
        return Outcome(odata.select(call, _chat(self._chat(call), call), _CHAT, "chat"))

    def members(self, call: Call) -> Outcome:
        return Outcome({"@odata.context": odata.context(call, "chats/members"), "value": _members(self._chat(call))})

    def messages(self, call: Call) -> Outcome:
        refuse_options(call, ("$top", "$skip", "$filter", "$orderby"))
        property_, _, direction = (call.text("$orderby") or "createdDateTime desc").partition(" ")
        if property_ not in ("lastModifiedDateTime", "createdDateTime") or direction.lower() != "desc":
            raise bad_query("Only descending order by lastModifiedDateTime or createdDateTime is supported.")
        if call.text("$filter") and property_ not in call.text("$filter"):
            raise bad_query("$filter and $orderby must be on the same property.")
        where = self._chat(call)
        modified = property_ == "lastModifiedDateTime"
        newest = sorted(where.posts.values(), key=lambda one: one.modified if modified else one.sent, reverse=True)
        of = odata.Collection(f"chats('{where.id}')/messages", PROPERTIES, "chatMessage", 20, MOST)
        return odata.listed(call, (shown(where, one) for one in newest), of)

    def message(self, call: Call) -> Outcome:
        where = self._chat(call)
        if call.path["message"] not in where.posts:
            raise teams_not_found("Message")
        return Outcome(odata.select(call, shown(where, where.posts[call.path["message"]]), PROPERTIES, "chatMessage"))

    def create(self, call: Call) -> Outcome:
        return post(self._workplace, self._chat(call), call)

    def _chat(self, call: Call) -> Conversation:
        found = self._workplace.chats.get(call.path["chat"])
        if found is None:
            raise teams_not_found("Chat")
        if not _belongs(found, call):
            raise Refusal(403, "Forbidden", "The user is not a participant in the chat.")
        return found


def _belongs(chat: Conversation, call: Call) -> bool:
    return any(user.address == call.account for user in chat.members)


def _last(chat: Conversation) -> str:
    return max((stamp(post.sent) or "" for post in chat.posts.values()), default=stamp(chat.created) or "")


def _unordered(call: Call) -> Call:
    return replace(call, query={name: value for name, value in call.query.items() if name != "$orderby"})


def _chat(chat: Conversation, call: Call) -> JsonObject:
    item: JsonObject = {
        "id": chat.id,
        "topic": chat.name or None,
        "createdDateTime": stamp(chat.created),
        "lastUpdatedDateTime": stamp(
            chat.created
        ),  # when it was renamed or its members changed, not when somebody wrote
        "chatType": chat.kind,
        "webUrl": f"https://teams.microsoft.com/l/chat/{chat.id}/0?tenantId={TENANT}",
        "tenantId": TENANT,
        "onlineMeetingInfo": None,
    }
    expanded = call.text("$expand").split(",")
    item |= {"members": _members(chat)} if "members" in expanded else {}
    if "lastMessagePreview" in expanded and chat.posts:
        newest = max(chat.posts.values(), key=lambda post: post.sent)
        item["lastMessagePreview"] = {
            "id": newest.id,
            "createdDateTime": stamp(newest.sent),
            "isDeleted": newest.deleted is not None,
            "messageType": "message",
            "body": newest.properties["body"],
        }
    return item


def _members(chat: Conversation) -> list[JsonObject]:
    return [
        {
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "id": user.id,
            "roles": ["owner"],
            "displayName": user.name,
            "userId": user.id,
            "email": user.address,
            "tenantId": TENANT,
        }
        for user in chat.members
    ]
