"""Regular expressions that are compiled when they are first used, so that no start waits for those it does not need."""

from __future__ import annotations

import re
from functools import cached_property
from typing import cast


class _Deferred:
    """Stands for a pattern; each of its methods is fetched once."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._spelled = (pattern, flags)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(*self._spelled)

    def __getattr__(self, name: str) -> object:
        found: object = getattr(self._compiled, name)
        self.__dict__[name] = found
        return found


def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return `pattern` for its methods alone: the functions of `re` do not take it."""
    return cast("re.Pattern[str]", _Deferred(pattern, flags))
