"""Copies of what providers hold, so that questions need no network: events, pull requests, work items, runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from domain.calendar import Span


class Copied(Protocol):
    """Something that a source holds. `span` is when it takes place, or an instant where it merely changed."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def span(self) -> Span: ...


@dataclass(frozen=True, slots=True)
class Copying:
    """What keeping copies did: ids that were new, whose content changed, and that are gone."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


Thing = TypeVar("Thing", bound=Copied)


class Copies(Protocol[Thing]):
    """One copy per id. Each call is one transaction."""

    def put(self, things: Sequence[Thing]) -> Copying:
        """Add new ones and refresh known ones; what is the same already counts as neither."""
        ...

    def replace(self, source: str, things: Sequence[Thing]) -> Copying:
        """Make `things` all there is of `source`."""
        ...

    def remove(self, ids: Iterable[str]) -> Copying:
        """Forget these; unknown ids are passed over."""
        ...

    def get(self, id: str) -> Thing:
        """Raise `NotFound`."""
        ...

    def all(self, source: str | None = None) -> tuple[Thing, ...]:
        """Everything, or everything of one source, by start and then id."""
        ...

    def touching(self, span: Span) -> tuple[Thing, ...]:
        """What takes place at least partly in `span`, by start and then id; an instant counts where it lies within."""
        ...
