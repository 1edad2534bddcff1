"""HTML to the text that a reader of it would see, and what mail programs marked in it as quoted."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_PREFORMATTED = re.compile(r"<(?:pre|plaintext|xmp)(?=[\s>]).*?(?:</(?:pre|xmp)|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(
    r"<(?=(?:br|/?(?:p|div|tr|table|li|ul|ol|h[1-6]|blockquote|section|article|header|footer|center|dd|dt|dl|hr|pre"
    r"|option|title|address|figure))[\s/>])",
    re.IGNORECASE,
)
_CELL = re.compile(r"<(?=t[dh][\s/>])", re.IGNORECASE)
_GAPS = re.compile(r"[ \u200c\u034f\u00ad]*\n(?:[ \u200c\u034f\u00ad]*\n)*[ \u200c\u034f\u00ad]*")

# Marks in the text around nodes: they cost nothing to place and, unlike removing nodes, never touch freed memory.
_QUOTE, _UNQUOTE, _HIDE, _UNHIDE = "\x01", "\x02", "\x03", "\x04"
_MARKS = re.compile("([\x01-\x04])")
_UNSEEN = (
    "script, style, title, template, noscript, object, iframe, svg, math, select, textarea, [hidden], "
    '[style*="display:none" i], [style*="display: none" i], [style*="mso-hide:all" i]'
)
_QUOTED = (
    ".gmail_quote, blockquote[type=cite], .moz-cite-prefix, .yahoo_quoted, .protonmail_quote, .zmail_extra, "
    "#OLK_SRC_BODY_SECTION, .gmail_attr"
)
_QUOTED_FROM_HERE = "#divRplyFwdMsg, #x_divRplyFwdMsg, #appendonsend, #stopSpelling"


def text_of_html(html: str) -> tuple[str, str]:
    """Return the visible text, and apart from it what the markup says is quoted from an earlier mail."""
    if "<pre" in html or "<PRE" in html or "<xmp" in html:
        html = _PREFORMATTED.sub(_keep_lines, html)
    html = _BREAK.sub("<br><", _CELL.sub(" <", _SPACE.sub(" ", _MARKS.sub("", html))))
    body = LexborHTMLParser(html.replace("<br>", "\n")).body
    if body is None:
        return "", ""
    for selector, opening, closing in ((_UNSEEN, _HIDE, _UNHIDE), (_QUOTED, _QUOTE, _UNQUOTE)):
        for node in body.css(selector):
            node.insert_before(opening)
            node.insert_after(closing)
    for node in body.css(_QUOTED_FROM_HERE):
        node.insert_before(_QUOTE)
    own, quoted = _sorted_out(body.text() or "")
    return _tidy(own), _tidy(quoted)


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
    """Drop white space around lines; more than one empty line says no more than one."""
    return _GAPS.sub(_gap, text).strip()


def _gap(match: re.Match[str]) -> str:
    return "\n" if match[0].count("\n") < 3 else "\n\n"
