"""The people the owner deals with, by their addresses, apart from those who only wrote to him.

Whoever writes chooses his own name: one known by no more than that is offered, and never taken for who was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from application.ports.store import MessageQuery, Store
from domain.calendar import Event, Response
from domain.messages import Address, Label
from domain.recipients import Acquaintances

MOST_MESSAGES = 500
_TAKES_PART = frozenset({Response.ACCEPTED, Response.TENTATIVE})


def known_people(store: Store) -> dict[str, str]:
    """Return the names of those he meets or wrote to, by address; an address without a name stands for itself."""
    return _named([*_met(store), *_written_to(store)])


def acquaintances(store: Store, own: Iterable[str]) -> Acquaintances:
    """Return the domains of those he meets or wrote to besides his `own`, and the addresses of those he wrote to."""
    written_to = {person.address for person in _written_to(store)}
    met = {person.address for person in _met(store)}
    domains = {address.rpartition("@")[2] for address in written_to | met if address}
    return Acquaintances(frozenset(domains.union(own)), frozenset(written_to))


def strangers(store: Store) -> dict[str, str]:
    """Return the names, as they chose them, of those who only wrote to him or invited him, by address."""
    known = known_people(store)
    senders = (each.message.sender for each in store.messages.list(MessageQuery(), None, MOST_MESSAGES).items)
    asking = (person for event in store.events.all() if not _takes_part(event) for person in _people(event))
    return {address: name for address, name in _named([*asking, *senders]).items() if address not in known}


def _met(store: Store) -> Iterator[Address]:
    return (person for event in store.events.all() if _takes_part(event) for person in _people(event))


def _written_to(store: Store) -> Iterator[Address]:
    for known in store.messages.list(MessageQuery(label=Label.SENT), None, MOST_MESSAGES).items:
        yield from (*known.message.to, *known.message.cc)


def _takes_part(event: Event) -> bool:
    """Whether the owner planned it or agreed to come; what merely stands in his calendar anybody may have sent."""
    return not event.foreign and (event.is_organized_by_owner or event.response in _TAKES_PART)


def _people(event: Event) -> Iterator[Address]:
    yield from (attendee.address for attendee in event.others)
    if event.organizer is not None and not event.is_organized_by_owner:
        yield event.organizer


def _named(people: Iterable[Address]) -> dict[str, str]:
    met: dict[str, str] = {}
    for person in people:
        if person.address and met.get(person.address, person.address) == person.address:
            met[person.address] = person.name or person.address
    return met
