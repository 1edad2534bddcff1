"""People, as they leave over the API."""

from __future__ import annotations

from dataclasses import dataclass

from domain.messages import Address


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str


def person(address: Address) -> Person:
    return Person(address.name, address.address)


def people(addresses: tuple[Address, ...]) -> tuple[Person, ...]:
    return tuple(person(address) for address in addresses)
