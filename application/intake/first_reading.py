"""When each source was read for the first time: what had come before is known to the owner, and no news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from application.ports.store import Preferences, Store
from domain.messages import Message

FIRST_READ = "first-read/"
# Clocks differ: what came in the minute before may well have come after.
SLACK = timedelta(minutes=1)
# Some mail is listed by its provider, or posted by a flow, later than mail that came after it.
LATE = timedelta(hours=1)
EVER, NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def note_first_reading(preferences: Preferences, source: str, at: datetime) -> None:
    """Remember when `source` was first read; later readings change nothing."""
    if preferences.get(FIRST_READ + source) is None:
        preferences.put(FIRST_READ + source, at.isoformat())


def came_after_first_reading(preferences: Preferences, message: Message) -> bool:
    """Whether a message is news; none is before its source was read."""
    since = _first_reading(preferences, message.source)
    return since is not None and message.received_at >= since


def news_since(store: Store, source: str, now: datetime) -> datetime:
    """Return since when what is not stored yet is for the next round of `source` to bring, and no history."""
    last = store.sources.state(source).last_success
    if last is None:
        return now
    missed = min(last, now) - LATE
    return max(missed, _first_reading(store.preferences, source) or missed)


def first_news(store: Store, source: str) -> datetime:
    """Return since when mail of `source` may be news, whoever lists it: what had come before Alfred did is none."""
    first = _first_reading(store.preferences, source)
    return first or min((each.start for each in store.sources.covered(source, EVER)), default=EVER)


def _first_reading(preferences: Preferences, source: str) -> datetime | None:
    first = preferences.get(FIRST_READ + source)
    return datetime.fromisoformat(first) - SLACK if isinstance(first, str) else None
