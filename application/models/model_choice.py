"""Which models serve which role: what the owner named, else the best that is connected."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from application.ports.model import Embedder, LanguageModel, Role
from application.ports.providers import Connections, ModelShelf
from domain.errors import CannotBe

log = logging.getLogger(__name__)
T = TypeVar("T")


class ModelChoice:
    """Finds models by `provider:model` among the connected accounts, anew at each call, as accounts come and go."""

    def __init__(self, connections: Connections, wanted: Mapping[Role, Sequence[str]]) -> None:
        self._connections = connections
        self._wanted = wanted

    def by_role(self) -> dict[Role, tuple[LanguageModel, ...]]:
        roles = (role for role in Role if role is not Role.EMBED)
        return {role: tuple(self._each(role, lambda shelf, name: shelf.model(name))) for role in roles}

    def embedders(self) -> tuple[Embedder, ...]:
        return tuple(self._each(Role.EMBED, lambda shelf, name: shelf.embedder(name)))

    def _each(self, role: Role, take: Callable[[ModelShelf, str], T]) -> list[T]:
        found: list[T] = []
        for shelf, name in self._named(role):
            try:
                found.append(take(shelf, name))
            except CannotBe as error:
                log.warning("model cannot be used", extra={"model": name, "reason": str(error)})
        return found

    def _named(self, role: Role) -> list[tuple[ModelShelf, str]]:
        wanted = self._wanted.get(role, ())
        if not wanted:
            shelves = [shelf for _, shelf in self._shelves()]
            return [(shelf, shelf.defaults[role]) for shelf in shelves if role in shelf.defaults]
        shelves_by_name = {name: shelf for names, shelf in self._shelves() for name in names}
        pairs = [each.partition(":") for each in wanted]
        return [(shelves_by_name[provider], model) for provider, _, model in pairs if provider in shelves_by_name]

    def _shelves(self) -> list[tuple[tuple[str, str], ModelShelf]]:
        """Return (provider and account name, shelf) of every connection that offers models."""
        all_connections = self._connections.all()
        return [((c.account.provider, c.account.name), c.models) for c in all_connections if c.models is not None]
