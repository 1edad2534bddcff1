"""Half a surrogate pair has no UTF-8, so SQLite cannot keep it; some mails decode to one."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TypeVar, cast

T = TypeVar("T")


def without_half_pairs(value: T) -> T:
    """Return `value`, a dataclass, collection or text, with U+FFFD for each half of a pair."""
    return cast(T, _mended(value))


def _mended(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Enum):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, tuple | frozenset):
        return type(value)(map(_mended, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _mended(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value
