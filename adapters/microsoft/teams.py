"""Teams as a source of messages: channels by their delta and the replies in each thread, chats by what is newest.

There is no delta of one's own chats, and a channel's tells of no replies
(https://learn.microsoft.com/graph/api/chatmessage-delta).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar
from urllib.parse import quote

from adapters.microsoft.api import Graph, Reply, Request
from adapters.microsoft.marks import Mark, Marks, machine_time, read_cursor, stamp, write_cursor
from adapters.microsoft.posts import (
    Owner,
    Room,
    is_said,
    is_taken_back,
    message_of,
    modified_at,
    moment,
    post_id,
    preview_of,
)
from adapters.microsoft.scopes import CHANNELS, CHATS, POSTS, TEAMS, WHO, missing
from application.ports.mail import Batch, Known, MessageSource
from domain.codec import Json
from domain.errors import AlfredError, CannotBe, CursorExpired, NotFound
from domain.hidden import plain_name
from domain.messages import Address, Message, MessageKind

log = logging.getLogger(__name__)

T = TypeVar("T")
_BACK = timedelta(days=30)
_AT_ONCE = 50
# A team that is closed to the owner does not stop the others.
_MISSING = (NotFound, CannotBe)
_OF_CHANNELS = (TEAMS, CHANNELS, POSTS)
_NEWEST_FIRST = {"$orderby": "lastModifiedDateTime desc", "$top": "50"}


@dataclass(slots=True)
class News:
    """What happened in the rooms: posts by id, those that were deleted, and the marks after it."""

    said: dict[str, Message] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    marks: Marks = field(default_factory=dict)

    def newest_first(self) -> list[Message]:
        return sorted(self.said.values(), key=lambda message: message.received_at, reverse=True)


class TeamsSource(MessageSource):
    """What is written in the owner's channels and chats, as far as he and his organization allow it.

    `refusal` says why, where nothing of Teams may be read.
    """

    holds = MessageKind.CHAT

    def __init__(
        self,
        account: str,
        api: Graph,
        address: Address,
        refusal: Callable[[], AlfredError],
        now: Callable[[], datetime] = machine_time,
    ) -> None:
        self.name = f"{account}/teams"
        self._account = account
        self._api = api
        self._address = address
        self._refusal = refusal
        self._now = now

    def latest(self, limit: int) -> Iterator[Batch]:
        news = self._news({})
        yield from _batches(news.newest_first()[:limit], (), write_cursor(news.marks))

    def changes(self, cursor: str) -> Iterator[Batch]:
        self._check_allowed()
        news = self._news(read_cursor(cursor))
        yield from _batches(news.newest_first()[::-1], news.gone, write_cursor(news.marks))

    def back_to_known(self, known: Known) -> Iterator[Batch]:
        news = self._news({})
        posts = news.newest_first()[::-1]
        held = known([message.provider_id for message in posts])
        yield from _batches([each for each in posts if each.provider_id not in held], (), write_cursor(news.marks))

    def history(self, after: datetime, before: datetime, page: str | None) -> Iterator[Batch]:
        """See the port. Rooms are read one after the other, so an interrupted reading begins anew."""
        found = False
        for room in self._rooms():
            posts = self._readable(partial(self._listed, room, after)) or ()
            told = [post for post in posts if after <= moment(post["createdDateTime"]) < before]
            said = tuple(self._message(post, room) for post in told if is_said(post))
            gone = tuple(post_id(room.id, post["id"]) for post in told if is_taken_back(post))
            found = found or bool(said or gone)
            if said or gone:
                yield Batch(said, gone=gone)
        if not found:
            yield Batch()

    def attachment(self, provider_id: str, index: int) -> tuple[bytes, str, str]:
        raise NotFound("what hangs on a chat message lies in SharePoint; open it in Teams")

    def raw(self, provider_id: str) -> bytes:
        raise NotFound("a chat message is no mail")

    def search(self, text: str, limit: int) -> Iterator[Batch]:
        self._check_allowed()
        asked: dict[str, Json] = {"entityTypes": ["chatMessage"], "query": {"queryString": text}, "size": limit}
        found = self._api.read(Request("/search/query", "POST", needs=(CHATS,), body={"requests": [asked]}))
        answers = [each for answer in found.get("value", ()) for each in answer.get("hitsContainers", ())]
        hits = [hit["resource"] | {"id": hit["hitId"]} for each in answers for hit in each.get("hits", ())]
        rooms = {room.id: room for room in self._rooms()}
        yield Batch(tuple(self._found(hits[:limit], rooms)))

    def _found(self, hits: Sequence[Reply], rooms: Mapping[str, Room]) -> Iterator[Message]:
        """Yield what was found, whole; a hit brings an excerpt alone."""
        places = {hit["id"]: room for hit in hits if (room := rooms.get(_room_id(hit))) is not None}
        wanted = {hit["id"]: _whole(hit, places[hit["id"]]) for hit in hits if hit["id"] in places}
        posts = self._api.read_each(wanted, _MISSING)
        for id, post in posts.items():
            if is_said(post):
                yield self._message(post, places[id])

    def _news(self, marks: Marks) -> News:
        """Read every room since its mark, those without one since a month back."""
        news = News()
        for room in self._rooms():
            mark = marks.get(room.id) or Mark(self._now() - _BACK)
            news.marks[room.id] = mark
            if mark.is_behind(room, self._now()):
                self._readable(partial(self._read_room, news, room, mark))
        return news

    def _readable(self, read: Callable[[], T]) -> T | None:
        """Read a room; one that is closed to the owner, or has gone, does not stop the others."""
        try:
            return read()
        except _MISSING as error:
            log.info("a room could not be read", extra={"source": self.name, "code": error.code})
            return None

    def _read_room(self, news: News, room: Room, mark: Mark) -> None:
        began = self._now()
        posts, link = self._of_channel(room, mark) if room.team else (self._listed(room, mark.since), "")
        for post in mark.unseen(posts):
            id = post_id(room.id, post["id"])
            if is_taken_back(post):
                news.gone.append(id)
            elif is_said(post):
                news.said[id] = self._message(post, room)
        news.marks[room.id] = mark.after(posts, room, began, link)

    def _of_channel(self, room: Room, mark: Mark) -> tuple[list[Reply], str]:
        """Return what is new in a channel, and where its delta goes on."""
        told, link = self._delta(room, mark)
        replies = [post for post in self._threads(room, mark.since) if modified_at(post) > mark.since]
        return [*told, *replies], link

    def _delta(self, room: Room, mark: Mark) -> tuple[list[Reply], str]:
        """Return what the delta of a channel tells; one that grew too old begins anew at the newest known."""
        since = {"$filter": f"lastModifiedDateTime gt {stamp(mark.since)}"}
        first = Request(f"{room.path}/delta", needs=room.needs, params=since)
        try:
            pages = list(self._api.pages(Request(mark.link, needs=room.needs) if mark.link else first))
        except CursorExpired:
            pages = list(self._api.pages(first))
        return [post for page in pages for post in page.get("value", ())], str(pages[-1]["@odata.deltaLink"])

    def _threads(self, room: Room, after: datetime) -> Iterator[Reply]:
        """Yield the replies in the channel's newest threads, and in all that were begun or changed within a month."""
        oldest = self._now() - _BACK
        for page in self._api.pages(room.request({"$top": str(_AT_ONCE), "$expand": "replies"})):
            roots = page.get("value", ())
            yield from (reply for root in roots for reply in self._replies(root, room, after))
            if any(modified_at(root) < oldest for root in roots):
                return

    def _replies(self, root: Reply, room: Room, after: datetime) -> Iterator[Reply]:
        """Yield a thread's replies, newest first; a long one is followed as far as there is news in it."""
        replies, link = root.get("replies") or (), root.get("replies@odata.nextLink")
        yield from replies
        while link and any(modified_at(reply) > after for reply in replies):
            page = self._api.read(Request(str(link), needs=room.needs))
            replies, link = page.get("value", ()), page.get("@odata.nextLink")
            yield from replies

    def _since(self, room: Room, after: datetime) -> Iterator[Reply]:
        """Yield a room's posts that were written or changed since then, replies included, newest first."""
        if not room.team:
            query = {**_NEWEST_FIRST, "$filter": f"lastModifiedDateTime gt {stamp(after)}"}
            yield from self._api.listed(room.request(query))
            return
        for root in self._api.listed(room.request({"$top": str(_AT_ONCE), "$expand": "replies"})):
            if modified_at(root) < after - _BACK:
                return
            yield root
            yield from self._replies(root, room, after)

    def _listed(self, room: Room, after: datetime) -> list[Reply]:
        return list(self._since(room, after))

    def _rooms(self) -> Iterator[Room]:
        """Yield what may be read: the chats, and the channels of the teams that the owner is in."""
        self._check_allowed()
        granted = self._api.granted()
        if not missing((CHATS,), granted):
            yield from self._chats()
        if not missing(_OF_CHANNELS, granted):
            yield from self._channels()

    def _chats(self) -> Iterator[Room]:
        query = {"$expand": "members,lastMessagePreview", "$orderby": "lastMessagePreview/createdDateTime desc"}
        for chat in self._api.listed(Request("/me/chats", needs=(CHATS,), params={**query, "$top": str(_AT_ONCE)})):
            people = {str(one.get("userId") or ""): _member(one) for one in chat.get("members") or ()}
            others = ", ".join(person.name for id, person in people.items() if id != self._owner.id)
            last = chat.get("lastMessagePreview") or chat
            newest, preview = moment(last["createdDateTime"]), preview_of(last)
            topic = plain_name(str(chat.get("topic") or "")) or others or "Chat"
            yield Room(chat["id"], topic, "", "", people, newest, preview)

    def _channels(self) -> Iterator[Room]:
        teams = {team["id"]: team for team in self._api.listed(Request("/me/joinedTeams", needs=(TEAMS,)))}
        requests = {id: Request(f"/teams/{quote(id, safe='')}/channels", needs=(CHANNELS,)) for id in teams}
        answers = self._api.read_each(requests, _MISSING)
        if len(answers) < len(requests):
            log.info("teams could not be read", extra={"source": self.name, "count": len(requests) - len(answers)})
        for id, listed in answers.items():
            for channel in listed.get("value", ()):
                yield Room(channel["id"], plain_name(channel["displayName"]), id, plain_name(teams[id]["displayName"]))

    def _check_allowed(self) -> None:
        """Raise why not, where neither chats nor channels may be read."""
        granted = self._api.granted()
        if missing((CHATS,), granted) and missing(_OF_CHANNELS, granted):
            raise self._refusal()

    @cached_property
    def _owner(self) -> Owner:
        return Owner(str(self._api.read(Request("/me", needs=(WHO,), params={"$select": "id"}))["id"]), self._address)

    def _message(self, post: Reply, room: Room) -> Message:
        return message_of(self._account, post, room, self._owner)


def _batches(posts: Sequence[Message], gone: Sequence[str], cursor: str) -> Iterator[Batch]:
    for start in range(0, len(posts), _AT_ONCE):
        yield Batch(tuple(posts[start : start + _AT_ONCE]), done=start, total=len(posts))
    yield Batch((), gone=tuple(gone), cursor=cursor, done=len(posts), total=len(posts))


def _member(member: Reply) -> Address:
    return Address.told(str(member.get("displayName") or ""), str(member.get("email") or ""))


def _room_id(hit: Reply) -> str:
    return str(hit.get("chatId") or (hit.get("channelIdentity") or {}).get("channelId") or "")


def _whole(hit: Reply, room: Room) -> Request:
    root = hit.get("replyToId")
    path = f"{room.path}/{root}/replies/{hit['id']}" if room.team and root else f"{room.path}/{hit['id']}"
    return Request(path, needs=room.needs)
