"""HTML as plain words, for previews, searches and those who would rather have text."""

from __future__ import annotations

import html
import re

_HIDDEN = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")


def plain(content: str, kind: str) -> str:
    """The words of a body; `kind` is `html` or `text`."""
    if kind.lower() != "html":
        return content
    bare = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub("", content)))
    return _LINES.sub("\n\n", _BLANK.sub(" ", html.unescape(bare))).strip()
