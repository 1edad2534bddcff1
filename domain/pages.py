"""One page of a list that may be long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in order, and the opaque cursor of the page after them, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def every_page(page_at: Callable[[str | None], Page[T]]) -> Iterator[Page[T]]:
    """Yield a list page by page to its end; `page_at` returns the one at a cursor, None for the first."""
    cursor: str | None = None
    while True:
        page = page_at(cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return
