"""The tenant's teams, channels and chats in memory."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.microsoft.call import LONG_AGO, JsonObject, object_of, text_of
from sandbox.microsoft.changes import ChangeLog
from sandbox.microsoft.directory import TENANT, Directory, User
from sandbox.microsoft.mail.text import plain

_MENTION = re.compile(r'<at id="(\d+)">(.*?)</at>')


@dataclass(slots=True)
class Post:
    """A message in a channel or a chat; its id is the millisecond in which it was written."""

    id: str
    author: User
    sent: datetime
    properties: JsonObject
    parent: str | None = None
    modified: datetime = LONG_AGO
    edited: datetime | None = None
    deleted: datetime | None = None
    arrival: int = 0

    @property
    def text(self) -> str:
        body = object_of(self.properties, "body")
        return plain(text_of(body, "content"), text_of(body, "contentType", "text"))


@dataclass(slots=True)
class Conversation:
    """A channel or a chat: its messages by id, and who takes part."""

    id: str
    name: str
    created: datetime
    members: list[User]
    team: Team | None = None
    kind: str = "standard"
    posts: dict[str, Post] = field(default_factory=dict)
    log: ChangeLog = field(default_factory=ChangeLog)

    def replies(self, id: str) -> list[Post]:
        return [post for post in self.posts.values() if post.parent == id]

    def threads(self) -> list[Post]:
        return [post for post in self.posts.values() if post.parent is None]


@dataclass(slots=True)
class Team:
    """A team and its channels."""

    id: str
    name: str
    members: list[User]
    channels: dict[str, Conversation] = field(default_factory=dict)


class Workplace:
    """Where the tenant's people talk."""

    def __init__(
        self, directory: Directory, lock: threading.RLock | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.lock = threading.RLock() if lock is None else lock
        self.directory = directory
        self.clock = clock
        self.teams: dict[str, Team] = {}
        self.chats: dict[str, Conversation] = {}

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def team(self, name: str, members: Iterable[str] = ()) -> Team:
        """The team of a name, founded where it is new; `members` are addresses."""
        with self.lock:
            id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"team:{name}"))
            team = self.teams.setdefault(id, Team(id, name, []))
            team.members += [user for user in map(self.directory.user, members) if user not in team.members]
            return team

    def channel(self, team: Team, name: str) -> Conversation:
        """The channel of a name, opened where it is new."""
        with self.lock:
            id = f"19:{uuid.uuid5(uuid.NAMESPACE_URL, f'channel:{team.id}:{name}').hex}@thread.tacv2"
            if id not in team.channels:
                team.channels[id] = Conversation(id, name, self.now(), team.members, team)
            return team.channels[id]

    def chat(self, members: Iterable[str], topic: str = "") -> Conversation:
        """The chat of these people, begun where it is new."""
        with self.lock:
            people = [self.directory.user(address) for address in members]
            key = topic or "|".join(sorted(user.id for user in people))
            id = f"19:{uuid.uuid5(uuid.NAMESPACE_URL, f'chat:{key}').hex}@thread.v2"
            if id not in self.chats:
                kind = "oneOnOne" if len(people) == 2 and not topic else "group"
                self.chats[id] = Conversation(id, topic, self.now(), people, kind=kind)
            return self.chats[id]

    def post(
        self,
        where: Conversation,
        author: str,
        content: str,
        kind: str = "html",
        parent: str | None = None,
        sent: datetime | None = None,
        properties: JsonObject | None = None,
    ) -> Post:
        """Write a message; `<at id="0">Name</at>` in it mentions the member of that name."""
        with self.lock:
            moment = sent or self.now()
            user = self.directory.user(author)
            body: JsonObject = {"contentType": kind, "content": content}
            written = {"body": body, "mentions": self._mentions(content, where)} | (properties or {})
            post = Post(self._id(where, moment), user, moment, written, parent, moment)
            where.posts[post.id] = post
            post.arrival = self._note(where, post)
            return post

    def edit(self, where: Conversation, post: Post, content: str) -> None:
        with self.lock:
            post.properties = post.properties | {"body": {"contentType": "html", "content": content}}
            post.edited = post.modified = self.now()
            self._note(where, post)

    def delete(self, where: Conversation, post: Post) -> None:
        """Take the words away; that there was a message stays known."""
        with self.lock:
            post.properties = {**post.properties, "body": {"contentType": "html", "content": ""}, "mentions": []}
            post.deleted = post.modified = self.now()
            self._note(where, post)

    def _note(self, where: Conversation, post: Post) -> int:
        """Replies are not told by the delta of a channel."""
        return where.log.note(where.id if post.parent is None else "replies", post.id, post.id)

    def _id(self, where: Conversation, moment: datetime) -> str:
        number = int(moment.timestamp() * 1000)
        while str(number) in where.posts:
            number += 1
        return str(number)

    def _mentions(self, content: str, where: Conversation) -> list[JsonObject]:
        people = {user.name: user for user in where.members}
        return [
            {"id": int(number), "mentionText": name, "mentioned": identity(people[name])}
            for number, name in _MENTION.findall(content)
            if name in people
        ]


def identity(user: User) -> JsonObject:
    person = {"id": user.id, "displayName": user.name, "userIdentityType": "aadUser", "tenantId": TENANT}
    return {"application": None, "device": None, "conversation": None, "user": person}
