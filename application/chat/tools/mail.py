"""Tools about mail: search, read, and the briefing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.tools.beyond import found_beyond, sources_of
from application.ports.store import ClassifiedMessage, MessageQuery
from domain.briefing import Briefing, Matter
from domain.errors import Invalid
from domain.messages import MessageKind
from domain.subjects import day_of
from domain.triage import Category

MOST_FOUND = 20
WRITER = "from:"
_ID = re.compile(r"\[[^\]]+\] ")
LETTERS_PER_MESSAGE = 3000


@dataclass(frozen=True, slots=True)
class SearchMail:
    query: str = field(default="", metadata={"doc": "words, from:name for who wrote; empty lists the newest"})
    category: Category | None = field(default=None, metadata={"doc": "only this category"})
    max_priority: int | None = field(default=None, metadata={"doc": "1 is now, 5 is never; 2 finds what matters"})
    since: datetime | None = field(default=None, metadata={"doc": "received at or after this time"})
    limit: int = field(default=10, metadata={"doc": "1 to 20"})


@dataclass(frozen=True, slots=True)
class ReadThread:
    message_id: str = field(metadata={"doc": "the id of any message of the conversation"})


@dataclass(frozen=True, slots=True)
class ReadBriefing:
    """No arguments."""


def search_mail(workshop: Workshop, _: Errand, wanted: SearchMail) -> Found:
    """Search; where somebody wrote nothing of that, what mentions it is better than nothing, and said to be that."""
    found = _searched(workshop, wanted)
    if found.passages or WRITER not in wanted.query:
        return found
    mentioning = _searched(workshop, replace(wanted, query=wanted.query.replace(WRITER, "")))
    if not mentioning.passages:
        return found
    note = "Nothing of that was written by them; it is mentioned. "
    return replace(mentioning, text=note + mentioning.text, said=note + mentioning.said)


def _searched(workshop: Workshop, wanted: SearchMail) -> Found:
    if not 1 <= wanted.limit <= MOST_FOUND:
        raise Invalid(f"{wanted.limit} is not 1 to {MOST_FOUND}", where="arguments.limit")
    query = MessageQuery(
        text=wanted.query, category=wanted.category, max_priority=wanted.max_priority, since=wanted.since
    )
    page = workshop.store.messages.list(query, None, wanted.limit)
    is_sorted_out = wanted.category is not None or wanted.max_priority is not None
    mailboxes = () if is_sorted_out else sources_of(workshop, MessageKind.MAIL)
    beyond = found_beyond(workshop, mailboxes, query, page.items, wanted.limit)
    many = workshop.store.messages.count(query) if page.next_cursor else len(beyond.found)
    said = f"Found {many} message{'s' if many != 1 else ''}" + (f" for “{wanted.query}”" if wanted.query else "")
    if many > len(beyond.found):
        said += f", of which these are the newest {len(beyond.found)}"
    return Found(
        text=(said if beyond.found else "nothing found") + beyond.note,
        said=said + beyond.note,
        passages=tuple(Passage(known.message.account, line_of(known, workshop.zone)) for known in beyond.found),
        lines=tuple(_row(known, workshop.zone) for known in beyond.found),
    )


def read_thread(workshop: Workshop, _: Errand, wanted: ReadThread) -> Found:
    message = workshop.store.messages.get(wanted.message_id).message
    thread = workshop.store.messages.thread(message.thread_id, message.account)
    full = workshop.store.messages.get_many([known.message.id for known in thread])
    letters = [letter_of(full[known.message.id], workshop.zone) for known in thread]
    said = f"Read “{message.subject}” ({len(letters)} message{'s' if len(letters) != 1 else ''})"
    return Found("", said, tuple(Passage(message.account, f"{letter}\n") for letter in letters))


def read_briefing(workshop: Workshop, _: Errand, __: ReadBriefing) -> Found:
    page = workshop.briefings.briefing()
    rows = briefing_rows(page)
    accounts = accounts_of(workshop, [id for id, _ in rows])
    passages = tuple(Passage(accounts.get(id, ""), row) for id, row in rows)
    needs = page.needs_you or "nothing"
    said = (
        f"{page.greeting} {page.arrived} arrived in three days; {needs} need{'s' if page.needs_you == 1 else ''} you."
    )
    lines = tuple(_ID.sub("", row) for _, row in rows)
    return Found(
        f"{page.arrived} arrived in three days; {needs} need the owner.", said, passages, "briefing", lines=lines
    )


def accounts_of(workshop: Workshop, message_ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the account of each message."""
    known = workshop.store.messages.get_many([id for id in message_ids if id])
    return {id: each.message.account for id, each in known.items()}


def line_of(known: ClassifiedMessage, zone: tzinfo) -> str:
    """Return one line about a message: id, when, who, what, and what it was taken for."""
    message, made = known.message, known.classification
    when = message.received_at.astimezone(zone).strftime("%a %d %b %H:%M")
    what = f"{made.verdict.category.value} {made.verdict.priority}" if made else "unsorted"
    return f"[{message.id}] {when} | {message.sender} | {message.subject} | {what} | {message.snippet[:160]}"


def _row(known: ClassifiedMessage, zone: tzinfo) -> str:
    message = known.message
    when = message.received_at.astimezone(zone).strftime("%a %H:%M")
    return f"{when} {message.sender.name or message.sender.address}: {message.subject}"


def letter_of(known: ClassifiedMessage, zone: tzinfo) -> str:
    """Return a message with its own words, for reading."""
    message = known.message
    when = message.received_at.astimezone(zone).strftime("%a %d %b %Y %H:%M")
    people = f"From: {message.sender}\nTo: {', '.join(map(str, message.to))}"
    head = f"[{message.id}] {when}\n{people}\nSubject: {message.subject}"
    return f"{head}\n\n{message.text[:LETTERS_PER_MESSAGE]}"


def briefing_rows(page: Briefing) -> list[tuple[str | None, str]]:
    """Return the briefing as rows, each with the message that its words come from."""
    rows: list[tuple[str | None, str]] = []
    for title, matters in (
        ("Now", page.now),
        ("Also", page.more),
        ("Beware", page.beware),
        ("Security", page.security),
    ):
        rows += [(matter.message_id, f"{title}: {_matter_line(matter)}") for matter in matters]
    rows += [
        (owed.message_id, f"Owed: {owed.title}" + (f", by {day_of(owed.by)}" if owed.by else "")) for owed in page.owed
    ]
    rows += [(offer.message_id, f"Waits for approval: {offer.title}") for offer in page.waiting]
    rows += [(None, f"Can be cleared: {group.title}") for group in page.clearing]
    return rows + [(None, f"Blind: {blind.source}: {blind.reason}") for blind in page.blind]


def _matter_line(matter: Matter) -> str:
    due = f" (by {day_of(matter.due)})" if matter.due else ""
    return f"[{matter.message_id}] {matter.who}: {matter.headline}{due}"


TOOLS = (
    Tool(
        "search_mail",
        "Search the owner's messages, newest first.",
        SearchMail,
        Effect.READS,
        search_mail,
        (
            "mail",
            "mails",
            "email",
            "message",
            "messages",
            "inbox",
            "find",
            "search",
            "wrote",
            "write",
            "from",
            "about",
            "urgent",
            "newsletter",
        ),
    ),
    Tool(
        "read_thread",
        "Read a whole conversation, oldest first.",
        ReadThread,
        Effect.READS,
        read_thread,
        ("read", "thread", "conversation", "say", "says", "said", "what does", "reply", "answer"),
    ),
    Tool(
        "briefing",
        "What matters now: urgent matters, what is owed, what waits for approval.",
        ReadBriefing,
        Effect.READS,
        read_briefing,
        ("briefing", "today", "morning", "needs", "urgent", "important", "day", "matters", "new"),
    ),
)
