"""The people the owner deals with, by their addresses: who wrote lately, and who is in his calendars."""

from __future__ import annotations

from collections.abc import Iterator

from application.ports.store import MessageQuery, Store
from domain.messages import Address

MOST_MESSAGES = 500


def known_people(store: Store) -> dict[str, str]:
    """Return the names of those met lately by address; an address without a name stands for itself."""
    met: dict[str, str] = {}
    for person in _met(store):
        if person.address and (person.name or person.address not in met):
            met.setdefault(person.address, person.name or person.address)
    return met


def _met(store: Store) -> Iterator[Address]:
    for event in store.events.all():
        yield from (attendee.address for attendee in event.others)
        if event.organizer is not None:
            yield event.organizer
    for known in store.messages.list(MessageQuery(), None, MOST_MESSAGES).items:
        yield known.message.sender
