"""From the people who were named to their addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from application.chat.registry import Workshop
from application.chat.resolve import Ambiguous, resolve
from application.people import known_people, strangers
from domain.errors import NotFound


def addresses_of(workshop: Workshop, people: Sequence[str]) -> tuple[str, ...]:
    """Return the address of each person; an address stands for itself."""
    if not people:
        return ()
    known = known_people(workshop.store)
    return tuple(person.strip() if "@" in person else _address_of(workshop, person, known) for person in people)


def _address_of(workshop: Workshop, person: str, known: Mapping[str, str]) -> str:
    """Return the address of whom the owner knows; who merely calls himself so is offered, with his address."""
    near: dict[str, str] = {}
    try:
        return resolve(person, known, "person", workshop.embedder)
    except Ambiguous as error:
        near |= error.offered
    except NotFound:
        pass
    near |= _strangers_like(workshop, person)
    if not near:
        raise NotFound(f"there is no person like “{person}”")
    raise Ambiguous("person", near)


def _strangers_like(workshop: Workshop, person: str) -> dict[str, str]:
    names = strangers(workshop.store)
    try:
        alike: Sequence[str] = (resolve(person, names, "person", workshop.embedder),)
    except Ambiguous as error:
        alike = [address for address, _ in error.offered]
    except NotFound:
        alike = ()
    return {address: f"{names[address]} <{address}>" for address in alike}
