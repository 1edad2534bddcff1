"""Inline styles that only colour, size and place; nothing that loads, covers or runs."""

from __future__ import annotations

import re

_HARMLESS = re.compile(
    r"color|background-color|font(?:-(?:family|size|style|variant|weight))?|line-height|letter-spacing|word-spacing"
    r"|text-(?:align|decoration|indent|transform)|vertical-align|white-space|word-(?:break|wrap)|overflow-wrap|direction"
    r"|(?:margin|padding)(?:-(?:top|right|bottom|left))?|(?:max-|min-)?(?:width|height)"
    r"|border(?:-(?:top|right|bottom|left))?(?:-(?:color|style|width|radius))?|border-(?:collapse|spacing)"
    r"|list-style(?:-type)?|display|float|clear|table-layout|box-sizing"
)
_VALUE = re.compile(r"[\w\s.,%#'\"!+-]*(?:rgba?\([\d\s.,%]*\)[\w\s.,%#'\"!+-]*)*")
_MAX_LENGTH = 10_000


def clean_style(style: str) -> str:
    """Return the harmless declarations of `style`. Anything with an escape, a comment or a function is dropped."""
    kept = [each for each in style[:_MAX_LENGTH].split(";") if _is_harmless(each)]
    return "; ".join(each.strip() for each in kept)


def _is_harmless(declaration: str) -> bool:
    name, colon, value = declaration.partition(":")
    return bool(colon) and bool(_HARMLESS.fullmatch(name.strip().lower())) and bool(_VALUE.fullmatch(value))
