"""How far each room of Teams was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.microsoft.api import Reply
from adapters.microsoft.posts import Room, modified_at
from domain.codec import decode, encode
from domain.errors import CursorExpired, Invalid

# Posts of about the same time may become visible in another order, and more are written while a room is read.
SLACK = timedelta(minutes=5)
# The list of chats tells of new messages and of the last one, but of nothing else that is edited or taken back.
_ANEW = timedelta(hours=1)
_BUSY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mark:
    """One room: when the newest post was written or changed, and where a channel's delta goes on.

    `seen` are the posts of the last minutes before that by id, each with when it was changed last. `preview` is what
    the list of chats told of a chat's last message when the chat was `read`.
    """

    newest: datetime
    link: str = ""
    seen: dict[str, datetime] = field(default_factory=dict)
    preview: str = ""
    read: datetime | None = None

    @property
    def since(self) -> datetime:
        """From when on posts are looked at again: those that are known by then are not told once more."""
        return self.newest - SLACK

    def unseen(self, posts: Iterable[Reply]) -> Iterator[Reply]:
        return (post for post in posts if self.seen.get(post["id"]) != modified_at(post))

    def is_behind(self, room: Room, now: datetime) -> bool:
        """Whether a room may hold what was not read; of a channel nobody tells beforehand."""
        if room.newest is None or room.newest > self.newest or room.preview != self.preview:
            return True
        return self.read is None or (now - self.read >= _ANEW and now - self.newest <= _BUSY)

    def after(self, posts: Iterable[Reply], room: Room, began: datetime, link: str = "") -> Mark:
        """Return the mark once these posts were read, by a reading that began then: what came since may lack a part."""
        times = {**self.seen, **{post["id"]: modified_at(post) for post in posts}}
        newest = max(self.newest, min(began, max(times.values(), default=began)))
        seen = {id: at for id, at in times.items() if at > newest - SLACK}
        return Mark(newest, link, seen, room.preview, began)


Marks = dict[str, Mark]


def read_cursor(text: str) -> Marks:
    """Return the marks by room; raise `CursorExpired` for what is none of ours."""
    try:
        return decode(dict[str, Mark], json.loads(text), "cursor")
    except (ValueError, Invalid) as error:
        raise CursorExpired("this is no cursor of Teams'") from error


def write_cursor(marks: Marks) -> str:
    return json.dumps(encode(marks), separators=(",", ":"))


def machine_time() -> datetime:
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """Write a moment for a filter."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
