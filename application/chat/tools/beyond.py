"""What the sources find where the store holds little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from application.chat.registry import Workshop
from application.ports.mail import MessageSource
from application.ports.store import ClassifiedMessage, MessageQuery
from domain.messages import MessageKind

FEW = 3


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is found newest first, and the sources that could not be asked."""

    found: tuple[ClassifiedMessage, ...]
    unasked: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What to say of those that were not asked; nothing where all were."""
        return f"; {', '.join(self.unasked)} could not be asked beyond what I keep" if self.unasked else ""


def sources_of(workshop: Workshop, kind: MessageKind) -> tuple[MessageSource, ...]:
    sources = (source for connection in workshop.connections.all() for source in connection.messages)
    return tuple(source for source in sources if source.holds is kind)


def found_beyond(
    workshop: Workshop,
    sources: Sequence[MessageSource],
    query: MessageQuery,
    stored: Sequence[ClassifiedMessage],
    most: int,
) -> Beyond:
    """Return `stored`, and where that is little, what the sources' own search adds to it."""
    if len(stored) >= min(FEW, most) or not query.text.strip():
        return Beyond(tuple(stored))
    searched = workshop.searching.ask(sources, query.text, most)
    known = {each.message.id: each for each in stored}
    known |= {
        id: each
        for id, each in workshop.store.messages.get_many(searched.ids).items()
        if not each.removed and (query.since is None or each.message.received_at >= query.since)
    }
    newest = sorted(known.values(), key=lambda each: each.message.received_at, reverse=True)
    return Beyond(tuple(newest[:most]), searched.unasked)
