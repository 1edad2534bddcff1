"""HTML to the text that a reader of it would see, and what mail programs marked in it as quoted."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from adapters.mime.laborious import is_laborious, words_only

_PREFORMATTED = re.compile(r"<(?:pre|xmp)(?=[\s>]).*?(?:</(?:pre|xmp)|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(
    r"<(?=/?(?:[pP]|[bB][rR]|[dD][iI][vV]|[tT](?:[rR]|[aA][bB][lL][eE])|[hH][1-6rR]|[lLuUoOdD][iIlLtTdD]|[pP][rR][eE]"
    r"|[bB][lL][oO][cC][kK]\w+|[cC][eE][nN]\w+|(?:[aA][rR]|[sS][eE][cC])[tT]\w+)[ />])"
)
_CELL = re.compile(r"<(?=[tT][dDhH][ />])")
_BLANK_LINES = re.compile(r"\n{3,}")
_FILLERS = "\u200c\u034f\u00ad\u2007\ufeff"
"""Characters with which newsletters fill the preview line."""

# Marks in the text around nodes: they cost nothing to place and, unlike removing nodes, never touch freed memory.
_QUOTE, _UNQUOTE, _HIDE, _UNHIDE = "\x01", "\x02", "\x03", "\x04"
_MARKS = re.compile("([\x01-\x04])")
_UNSEEN = "script, style, title, template, noscript, object, iframe, svg, math, select, textarea"
_HIDDEN = '[hidden], [style*="display:none" i], [style*="display: none" i], [style*="mso-hide:all" i]'
_HIDDEN_HINTS = ("display", "hidden", "mso-hide", "DISPLAY")
_QUOTED = (
    ".gmail_quote, blockquote[type=cite], .moz-cite-prefix, .yahoo_quoted, .protonmail_quote, .zmail_extra, "
    "#OLK_SRC_BODY_SECTION, .gmail_attr"
)
_QUOTED_HINTS = ("quote", "cite", "OLK_SRC", "gmail_attr", "zmail")
_QUOTED_FROM_HERE = "#divRplyFwdMsg, #x_divRplyFwdMsg, #appendonsend, #stopSpelling"


def text_of_html(html: str) -> tuple[str, str]:
    """Return the visible text, and apart from it what the markup says is quoted from an earlier mail."""
    if _QUOTE in html or _UNQUOTE in html or _HIDE in html or _UNHIDE in html:
        html = _MARKS.sub("", html)
    if is_laborious(html):
        return _tidy(unescape(words_only(html))), ""
    body = LexborHTMLParser(_with_lines(html)).body
    if body is None:
        return "", ""
    _mark(body, html)
    own, quoted = _sorted_out(body.text() or "")
    return _tidy(own), _tidy(quoted)


def _with_lines(html: str) -> str:
    """Put line ends where blocks begin and end, and nowhere else."""
    if "<pre" in html or "<PRE" in html or "<xmp" in html:
        html = _PREFORMATTED.sub(_keep_lines, html)
    flat = html.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    return _CELL.sub(" <", _BLOCK.sub("\n<", flat))


def _mark(body: LexborNode, html: str) -> None:
    _enclose(body, _UNSEEN, _HIDE, _UNHIDE)
    if any(hint in html for hint in _HIDDEN_HINTS):
        _enclose(body, _HIDDEN, _HIDE, _UNHIDE)
    if any(hint in html for hint in _QUOTED_HINTS):
        _enclose(body, _QUOTED, _QUOTE, _UNQUOTE)
    if "RplyFwdMsg" in html or "appendonsend" in html or "stopSpelling" in html:
        for node in body.css(_QUOTED_FROM_HERE):
            node.insert_before(_QUOTE)


def _enclose(body: LexborNode, selector: str, opening: str, closing: str) -> None:
    for node in body.css(selector):
        node.insert_before(opening)
        node.insert_after(closing)


def _keep_lines(match: re.Match[str]) -> str:
    return match[0].replace("\n", "<br>")


def _sorted_out(text: str) -> tuple[str, str]:
    """Follow the marks: what is hidden goes, what is quoted is set apart; marks may nest."""
    own: list[str] = []
    quoted: list[str] = []
    quotes = hidden = 0
    for piece in _MARKS.split(text):
        if piece in (_QUOTE, _UNQUOTE):
            quotes += 1 if piece == _QUOTE else -1
        elif piece in (_HIDE, _UNHIDE):
            hidden += 1 if piece == _HIDE else -1
        elif not hidden:
            (quoted if quotes > 0 else own).append(piece)
    return "".join(own), "".join(quoted)


def _tidy(text: str) -> str:
    """Drop needless white space; more than one empty line says no more than one."""
    for filler in _FILLERS:
        text = text.replace(filler, "")
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
