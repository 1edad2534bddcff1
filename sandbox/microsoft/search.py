"""`/search/query` over mail and chat (https://learn.microsoft.com/graph/api/search-query)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.microsoft import odata
from sandbox.microsoft.call import Call, Endpoint, JsonObject, Outcome, object_of, objects_of, text_of, texts_of
from sandbox.microsoft.errors import Refusal, invalid, missing_scope
from sandbox.microsoft.mail import search
from sandbox.microsoft.mail.mailbox import Mailboxes
from sandbox.microsoft.teams import views
from sandbox.microsoft.teams.workplace import Conversation, Post, Workplace

_SCOPES = {
    "message": ("Mail.Read", "Mail.ReadWrite"),
    "chatMessage": ("Chat.Read", "Chat.ReadWrite", "ChannelMessage.Read.All"),
}
_LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class _Hit:
    id: str
    summary: str
    resource: JsonObject


class Search:
    """The search over everything that the asker may see."""

    def __init__(self, mailboxes: Mailboxes, workplace: Workplace) -> None:
        self._mailboxes = mailboxes
        self._workplace = workplace

    def endpoints(self) -> tuple[Endpoint, ...]:
        scopes = tuple(scope for some in _SCOPES.values() for scope in some)
        return (Endpoint("search.query", "POST", "/search/query", scopes, self.query, "search"),)

    def query(self, call: Call) -> Outcome:
        requests = objects_of(call.body, "requests")
        if len(requests) != 1:
            raise invalid("Only a single search request can be processed at a time.", "BadRequest")
        answers = [self._answer(call, asked) for asked in requests]
        return Outcome(
            {"@odata.context": odata.context(call, "Collection(microsoft.graph.searchResponse)"), "value": answers}
        )

    def _answer(self, call: Call, asked: JsonObject) -> JsonObject:
        text, kinds = text_of(object_of(asked, "query"), "queryString"), texts_of(asked, "entityTypes")
        ways: dict[str, Callable[[Call, str], list[_Hit]]] = {"message": self._messages, "chatMessage": self._posts}
        for kind in kinds:
            if kind not in ways:
                raise Refusal(400, "BadRequest", f"Requested value '{kind}' was not found.")
            if not call.scopes & frozenset(_SCOPES[kind]):
                raise missing_scope(_SCOPES[kind], call.scopes, teams=True)
        hits = [hit for kind in kinds for hit in ways[kind](call, text)]
        return {"searchTerms": text.split(), "hitsContainers": [_container(hits, asked)]}

    def _messages(self, call: Call, text: str) -> list[_Hit]:
        mailbox = self._mailboxes[call.account]
        found = search.search(mailbox, text, mailbox.newest_first())
        hits = []
        for message in found:
            shown = message.shown(mailbox.folders[message.folder].id, immutable=call.immutable)
            id = str(shown.pop("id"))
            del shown["body"]
            hits.append(
                _Hit(id, " ".join(message.text.split())[:200], {"@odata.type": "#microsoft.graph.message", **shown})
            )
        return hits

    def _posts(self, call: Call, text: str) -> list[_Hit]:
        matches, hits = search.parse(text), []
        for where in self._conversations(call):
            for post in where.posts.values():
                if post.deleted is None and matches(_words(post)):
                    shown = {"@odata.type": "#microsoft.graph.chatMessage", **views.shown(where, post)}
                    del shown["body"]
                    hits.append((post.sent, _Hit(post.id, post.text[:200], shown)))
        return [hit for _, hit in sorted(hits, key=lambda one: one[0], reverse=True)]

    def _conversations(self, call: Call) -> list[Conversation]:
        channels = [one for team in self._workplace.teams.values() for one in team.channels.values()]
        everywhere = [*channels, *self._workplace.chats.values()]
        return [one for one in everywhere if any(user.address == call.account for user in one.members)]


def _words(post: Post) -> search.Words:
    who = f"{post.author.name} {post.author.address}"
    return {"from": who, "body": post.text, "sent": post.sent.isoformat(), "": f"{who} {post.text}"}


def _container(hits: list[_Hit], asked: JsonObject) -> JsonObject:
    first, size = asked.get("from") or 0, asked.get("size") or 25
    if not isinstance(first, int) or not isinstance(size, int) or size > _LARGEST_PAGE:
        raise invalid("The page of the search is out of range.", "BadRequest")
    page = hits[first : first + size]
    shown = [
        {"hitId": hit.id, "rank": first + rank, "summary": hit.summary, "resource": hit.resource}
        for rank, hit in enumerate(page, 1)
    ]
    return {"total": len(hits), "moreResultsAvailable": first + size < len(hits)} | ({"hits": shown} if shown else {})
