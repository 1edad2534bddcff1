"""One page of a list that may be long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in order, and the opaque cursor of the page after them, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None
