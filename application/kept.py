"""Things of one kind that are kept among the preferences, each under a name of its own."""

from __future__ import annotations

from typing import Generic, TypeVar

from application.ports.store import Preferences
from domain.codec import decode, encode

T = TypeVar("T")


class Kept(Generic[T]):
    """Dataclasses of one `kind`; the names that they are kept under are `prefix` and an id."""

    def __init__(self, preferences: Preferences, prefix: str, kind: type[T]) -> None:
        self._preferences = preferences
        self._prefix = prefix
        self._kind = kind

    def ids(self) -> tuple[str, ...]:
        return tuple(name.removeprefix(self._prefix) for name in self._preferences.names(self._prefix))

    def all(self) -> tuple[T, ...]:
        """Return all, in the order of their ids."""
        forms = self._preferences.get_many(self._preferences.names(self._prefix))
        return tuple(decode(self._kind, form, name) for name, form in forms.items())

    def get(self, id: str) -> T | None:
        name = self._prefix + id
        form = self._preferences.get(name)
        return None if form is None else decode(self._kind, form, name)

    def put(self, id: str, thing: T) -> None:
        self._preferences.put(self._prefix + id, encode(thing))

    def delete(self, id: str) -> None:
        self._preferences.delete(self._prefix + id)

    def clear(self) -> None:
        forget_all(self._preferences, self._prefix)


def forget_all(preferences: Preferences, prefix: str) -> None:
    """Let go of all whose names begin so."""
    for name in preferences.names(prefix):
        preferences.delete(name)
