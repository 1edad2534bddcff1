"""Characters that nobody sees: with them a text says something else than it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from unicodedata import category

_FORMS = frozenset("\ufe0e\ufe0f")
"""What chooses how the sign before it is drawn, as a picture or not: signs and figures have two forms, letters none."""

_JOINERS = frozenset("\u200c\u200d")
"""What joins pictures into one, and shapes letters where scripts are written joined up."""

_JOINED_UP = re.compile("[\u0600-\u1cff]")
"""Arabic, Syriac, and the scripts of India and its neighbours."""

_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")
"""The flag of a part of a country, spelt in letters that are not drawn."""

_SHOWN_AS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Letters and marks without a form of their own (Unicode's default ignorables, and the empty Braille pattern)."""

_ORDERS = re.compile("[\x00-\x1f\x7f-\x9f]")
"""What moves a cursor or ends a line."""


def hides_something(text: str) -> bool:
    """Tell whether a text holds invisible or direction-changing characters."""
    if text.isascii():
        return False
    return any(_is_hidden(before, each) for before, each in pairwise(f"a{_FLAG.sub('', text)}"))


def without_hidden(text: str) -> str:
    """Return `text` without such characters, as it should be shown where it names something."""
    if not hides_something(text):
        return text
    kept = ["a"]
    for each in text:
        if not _is_hidden(kept[-1], each):
            kept.append(each)
    return "".join(kept[1:])


def plain_name(text: str) -> str:
    """Return a name that others chose as it may be shown: on one line, without what nobody sees."""
    return " ".join(without_hidden(_ORDERS.sub(" ", text)).split())


def _is_hidden(before: str, each: str) -> bool:
    if each.isascii():
        return False
    if each in _FORMS:
        return category(before)[0] == "L" and before != "\u2139"
    if each in _JOINERS and (before in _FORMS or category(before) in ("So", "Sk") or _JOINED_UP.match(before)):
        return False
    return category(each) in ("Cf", "Co") or _SHOWN_AS_NOTHING.match(each) is not None


def hidden_in(payload: object) -> tuple[str, ...]:
    """Return a warning for each part of what goes out that holds such characters."""
    return tuple(
        f"the {name} holds invisible or direction-changing characters"
        for name, text in _texts(payload)
        if hides_something(text)
    )


def _texts(payload: object) -> Iterator[tuple[str, str]]:
    """Yield the texts of a payload by the names of its fields, in words."""
    for field in fields(payload) if is_dataclass(payload) else ():
        value = getattr(payload, field.name)
        parts = value if isinstance(value, tuple) else (value,)
        yield field.name.replace("_", " "), " ".join(each for each in parts if isinstance(each, str))
