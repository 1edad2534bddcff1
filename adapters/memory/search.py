"""Whether a message is what a query asks for, checked one by one."""

from __future__ import annotations

from collections.abc import Callable, Container

from application.ports.store import ClassifiedMessage, MessageQuery
from domain.messages import Message
from domain.search import Search, Term, read_search

Check = Callable[[ClassifiedMessage], bool]


def fits(query: MessageQuery, asleep: Container[str]) -> Check:
    """Return the check of `query`, `asleep` being snoozed; raise `Invalid` for a text that cannot be searched for."""
    search = read_search(query.text) if query.text.strip() else None
    return lambda listed: (
        (query.include_removed or not listed.removed)
        and (query.asleep is None or query.asleep is (listed.message.id in asleep))
        and _fits_envelope(query, listed.message)
        and _fits_verdict(query, listed)
        and (search is None or _fits_words(search, listed.message))
    )


def _fits_envelope(query: MessageQuery, message: Message) -> bool:
    return (
        (query.source is None or message.source == query.source)
        and (query.account is None or message.account == query.account)
        and (query.label is None or query.label in message.labels)
        and (query.since is None or message.received_at >= query.since)
        and (query.until is None or message.received_at < query.until)
    )


def _fits_verdict(query: MessageQuery, listed: ClassifiedMessage) -> bool:
    if listed.classification is None:
        awaits_one = not listed.message.is_from_owner
        return query.category is None and query.max_priority is None and (awaits_one or not query.unclassified)
    verdict = listed.classification.verdict
    return (
        not query.unclassified
        and (query.category is None or verdict.category is query.category)
        and (query.max_priority is None or verdict.priority <= query.max_priority)
    )


def _fits_words(search: Search, message: Message) -> bool:
    people = " ".join(map(str, (message.sender, *message.to, *message.cc)))
    fields = (message.subject, people, message.body.text)
    sender = f"{message.sender.name} {message.sender.address}"

    def holds(term: Term) -> bool:
        return any(map(term.is_in, (sender,) if term.sender else fields))

    return all(map(holds, search.wanted)) and not any(map(holds, search.unwanted))
