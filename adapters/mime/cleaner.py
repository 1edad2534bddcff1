"""Mail HTML made safe to show: nothing runs, nothing is loaded, no link says who followed it."""

from __future__ import annotations

import re
from typing import Final

import nh3

from adapters.mime.laborious import is_laborious, words_only
from adapters.mime.styles import clean_style
from application.ports.mime import HtmlCleaner

_TAGS: Final = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr",
    "tt", "u", "ul", "var", "wbr"
}  # fmt: skip
_WITH_CONTENT: Final = {
    "script", "style", "title", "head", "iframe", "object", "embed", "applet", "noscript", "noembed",
    "noframes", "template", "svg", "math", "video", "audio", "select", "textarea", "button", "frameset",
    "canvas", "map"
}  # fmt: skip
_EVERYWHERE: Final = {"align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": _EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "border"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "bdo": {"dir"},
    "time": {"datetime"},
}
BLOCKED: Final = "data:,"
"""Stands where a picture was that would have to be fetched; the picture's words (`alt`) stay."""

_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_MAX_PICTURE = 2_000_000
"""Characters of one picture that the mail itself carries."""


class Nh3Cleaner(HtmlCleaner):
    """Cleans with nh3, the binding of ammonia: an allow-list over a real HTML 5 parser."""

    def clean(self, html: str) -> str:
        if is_laborious(html):
            return nh3.clean_text(words_only(html))
        return nh3.clean(
            html.replace("\x00", ""),
            tags=_TAGS,
            clean_content_tags=_WITH_CONTENT,
            attributes=_ATTRIBUTES,
            attribute_filter=_filtered,
            url_schemes={"http", "https", "mailto", "data", "cid"},
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
            strip_comments=True,
        )


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Return the attribute's value as it may be shown, or nothing to drop it."""
    if attribute == "style":
        return clean_style(value) or None
    if attribute == "src":
        return value if _is_own_picture(value) else BLOCKED
    if attribute == "href":
        return value if _is_link(value) else None
    return value


def _is_own_picture(source: str) -> bool:
    return len(source) <= _MAX_PICTURE and _PICTURE.fullmatch(source) is not None


def _is_link(target: str) -> bool:
    return target.strip().lower().startswith(("http://", "https://", "mailto:"))
