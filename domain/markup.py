"""The words of the HTML that posts and calendar entries are written in.

Elements that only chats know: https://learn.microsoft.com/graph/api/resources/chatmessage
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LONGEST = 200_000
_LINES = frozenset({"p", "div", "br", "li", "tr", "blockquote", "pre", "h1", "h2", "h3"})
_UNSHOWN = frozenset({"script", "style", "attachment"})
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_GAPS = re.compile(r" ?\n[ \n]*\n ?")


def words_in(html: str) -> str:
    """Return the words as they are read: mentions with an @, pictures and emoji by their names."""
    reader = _Words()
    reader.feed(html[:_LONGEST])
    reader.close()
    lines = _SPACES.sub(" ", "".join(reader.words))
    return "\n".join(line.strip() for line in _GAPS.sub("\n\n", lines).strip().split("\n"))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unshown = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.words.append("\n")
        if tag in _UNSHOWN:
            self._unshown += 1
        if tag == "at":
            self.words.append("@")
        if tag in ("img", "emoji"):
            self.words.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES and tag != "br":
            self.words.append("\n")
        if tag in _UNSHOWN and self._unshown:
            self._unshown -= 1

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.words.append(data.replace("\n", " "))
