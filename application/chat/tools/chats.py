"""Tools about chats: what was said in the channels and chats at work."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.tools.beyond import found_beyond, sources_of
from application.chat.tools.counting import counted
from application.chat.tools.mail import line_of
from application.ports.store import ClassifiedMessage, MessageQuery
from domain.messages import MessageKind

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class SearchChats:
    query: str = field(default="", metadata={"doc": "words, names or a channel; empty lists the newest"})
    limit: int = field(default=10, metadata={"doc": "1 to 20"})


def search_chats(workshop: Workshop, _: Errand, wanted: SearchChats) -> Found:
    most = max(1, min(wanted.limit, MOST_FOUND))
    sources = sources_of(workshop, MessageKind.CHAT)
    stored = [each for source in sources for each in _in_source(workshop, source.name, wanted.query, most)]
    stored.sort(key=lambda known: known.message.received_at, reverse=True)
    beyond = found_beyond(workshop, sources, MessageQuery(text=wanted.query), stored[:most], most)
    newest = beyond.found
    about = f" for “{wanted.query}”" if wanted.query else ""
    said = f"{counted(len(newest), 'chat message')}{about}{beyond.note}"
    lines = tuple(line_of(known, workshop.zone) for known in newest)
    passages = tuple(Passage(known.message.account, line) for known, line in zip(newest, lines, strict=True))
    return Found(said, said, passages, "chat", lines=tuple(line.partition("] ")[2] for line in lines))


def _in_source(workshop: Workshop, source: str, words: str, most: int) -> tuple[ClassifiedMessage, ...]:
    return workshop.store.messages.list(MessageQuery(text=words, source=source), None, most).items


TOOLS = (
    Tool(
        "search_chats",
        "Search the messages of chats and channels (Teams), newest first.",
        SearchChats,
        Effect.READS,
        search_chats,
        ("teams", "chat", "chats", "channel", "channels", "said", "posted", "incident", "discussion"),
    ),
)
