"""What is said in Teams, as messages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from adapters.microsoft.api import Reply, Request
from adapters.microsoft.scopes import CHATS, POSTS
from domain.hidden import without_hidden
from domain.markup import words_in
from domain.messages import Address, Attachment, Chat, Label, Message, message_id


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a team, or a chat where `team` is empty.

    `name` is what it is called, `people` are known by id. Of a chat is told when its last post came, `newest`, and what
    that looks like, `preview`.
    """

    id: str
    name: str
    team: str = ""
    team_name: str = ""
    people: Mapping[str, Address] = field(default_factory=dict)
    newest: datetime | None = None
    preview: str = ""

    @property
    def path(self) -> str:
        """Where its messages are."""
        if not self.team:
            return f"/chats/{quote(self.id, safe='')}/messages"
        return f"/teams/{quote(self.team, safe='')}/channels/{quote(self.id, safe='')}/messages"

    @property
    def needs(self) -> tuple[str, ...]:
        return (POSTS,) if self.team else (CHATS,)

    @property
    def title(self) -> str:
        return f"{self.team_name} / {self.name}" if self.team_name else self.name

    def request(self, params: Mapping[str, str] | None = None) -> Request:
        return Request(self.path, needs=self.needs, params=params or {})


@dataclass(frozen=True, slots=True)
class Owner:
    """Who reads: the id by which Teams knows the owner, and the address."""

    id: str
    address: Address


def post_id(room: str, post: str) -> str:
    """Return the id of a post; Teams numbers them within each channel or chat."""
    return f"{room}:{post}"


def is_said(post: Reply) -> bool:
    """Whether somebody wrote this; the rest is Teams' own: who joined, what was renamed."""
    return post.get("messageType") == "message" and not post.get("deletedDateTime")


def is_taken_back(post: Reply) -> bool:
    return bool(post.get("deletedDateTime"))


def preview_of(last: Reply) -> str:
    """Return what tells a chat's last message from another one, and from itself once it is edited or deleted."""
    said = (last.get("id"), last.get("isDeleted"), (last.get("body") or {}).get("content"))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def modified_at(post: Reply) -> datetime:
    return moment(post.get("lastModifiedDateTime") or post["createdDateTime"])


def moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(UTC)


def message_of(account: str, post: Reply, room: Room, owner: Owner) -> Message:
    """Return a post as a message of `account/teams`."""
    html = _html(post)
    sender, at = _author(post, room, owner), moment(post["createdDateTime"])
    root = post.get("replyToId") or post["id"]
    mentions = tuple(_mentioned(post, room, owner))
    return Message(
        id=message_id(account, post_id(room.id, post["id"])),
        account=account,
        provider="microsoft",
        source=f"{account}/teams",
        thread_id=post_id(room.id, str(root)) if room.team else room.id,
        sent_at=at,
        received_at=at,
        sender=sender,
        to=tuple(person for id, person in room.people.items() if person != sender) or (owner.address,),
        subject=str(post.get("subject") or room.name),
        body=Chat(
            words_in(html),
            html,
            room.title,
            mentions,
            post_id(room.id, str(root)) if root != post["id"] else "",
            str(post.get("webUrl") or ""),
        ),
        labels=frozenset(_labels(post, sender, owner)),
        attachments=tuple(_attachments(post)),
        size=len(html.encode()),
    )


def _html(post: Reply) -> str:
    body = post.get("body") or {}
    content = str(body.get("content") or "")
    return content if body.get("contentType") == "html" else f"<p>{escape(content)}</p>".replace("\n", "<br>")


def _labels(post: Reply, sender: Address, owner: Owner) -> Iterator[str]:
    yield Label.SENT if sender == owner.address else Label.INBOX
    if post.get("importance") in ("high", "urgent"):
        yield Label.IMPORTANT


def _author(post: Reply, room: Room, owner: Owner) -> Address:
    """Return who wrote: a person, or an application such as an alert."""
    author = post.get("from") or {}
    # Channels wrap the person, and some answers name him at once.
    who = author.get("user") or author.get("application") or author
    return _person(who, room, owner)


def _mentioned(post: Reply, room: Room, owner: Owner) -> Iterator[Address]:
    for mention in post.get("mentions") or ():
        who = (mention.get("mentioned") or {}).get("user")
        if who:
            yield _person(who, room, owner)


def _person(who: Mapping[str, object], room: Room, owner: Owner) -> Address:
    id = str(who.get("id") or "")
    if id == owner.id:
        return owner.address
    return room.people.get(id) or Address.told(str(who.get("displayName") or ""))


def _attachments(post: Reply) -> Iterator[Attachment]:
    named = (each for each in post.get("attachments") or () if each.get("name"))
    for index, each in enumerate(named):
        yield Attachment(index, without_hidden(str(each["name"])), str(each.get("contentType") or ""), 0)
