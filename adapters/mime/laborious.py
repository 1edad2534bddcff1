"""HTML that would keep a parser busy for minutes, recognised before one meets it.

Their time grows with the square of the depth, and of the number of attributes of one tag.
"""

from __future__ import annotations

import re
from collections import Counter

MAX_DEPTH = 400

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_NEVER_DEEP = frozenset({
    "p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead", "tfoot", "br", "img", "hr", "input",
    "meta", "link", "col", "wbr", "area", "base", "source", "param", "html", "head", "body"
})  # fmt: skip
_CROWDED = re.compile(
    r"<[a-zA-Z][^\s/>]*+(?:[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"']*+))?+){400}"
)
_ROOM_FOR_A_CROWD = 10_000
_ANY_TAG = re.compile(r"<[^<>]*>?")


def is_laborious(html: str) -> bool:
    """Say whether `html` nests deeper, or crowds more attributes into a tag, than any honest mail."""
    return _is_too_deep(html) or (len(html) > _ROOM_FOR_A_CROWD and _CROWDED.search(html) is not None)


def _is_too_deep(html: str) -> bool:
    if html.count("<") <= MAX_DEPTH:
        return False
    still_open: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if name in _NEVER_DEEP:
            continue
        if not closing:
            still_open[name] += 1
            depth += 1
        elif still_open[name]:
            still_open[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False


def words_only(html: str) -> str:
    """Return HTML without anything that looks like a tag."""
    return _ANY_TAG.sub(" ", html)
