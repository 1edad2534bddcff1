"""The words in a Teams message, which is HTML."""

from __future__ import annotations

from html.parser import HTMLParser

_LONGEST = 200_000
_BREAKS = {"p": "\n\n", "div": "\n", "br": "\n", "li": "\n", "tr": "\n", "blockquote": "\n", "pre": "\n"}
_SILENT = frozenset({"script", "style", "attachment"})


def words_in(html: str) -> str:
    """Return what is read: mentions with an @, emoji and pictures by their names, paragraphs apart."""
    listener = _Listener()
    listener.feed(html[:_LONGEST])
    listener.close()
    lines = (" ".join(line.split()) for line in "".join(listener.heard).split("\n"))
    paragraphs = "\n".join(lines).strip()
    while "\n\n\n" in paragraphs:
        paragraphs = paragraphs.replace("\n\n\n", "\n\n")
    return paragraphs


class _Listener(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        named = dict(attrs).get("alt") or "" if tag in ("img", "emoji") else ""
        self.heard.append("@" if tag == "at" else named or _BREAKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        self.heard.append("" if tag == "br" else _BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.heard.append(data.replace("\n", " "))
