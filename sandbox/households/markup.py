"""One text, two twins: the plain and the HTML form of a mail, from a few marks in the data.

`# heading`, `- item`, `**strong**`, `---`, `[words](link)`; a line `[[words]](link)` is a button, `![words](240x120)` a
picture.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_BUTTON = re.compile(r"\[\[(.+?)\]\]\((\S+?)\)")
_PICTURE = re.compile(r"!\[(.*?)\]\((\d+)x(\d+)\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\((\S+?)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_FONT = "font-family:Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds the words of a bulk mail: who sends, where links lead, and the small print."""

    sender: str
    link_base: str
    tint: str = "#24505a"
    preheader: str = ""
    small_print: tuple[str, ...] = ()
    unsubscribe_words: str = ""
    unsubscribe_link: str = ""


def plain(text: str, link_base: str) -> str:
    """Return the plain twin."""
    return "\n".join(_plain_line(line, link_base) for line in text.strip("\n").split("\n")) + "\n"


def _plain_line(line: str, base: str) -> str:
    line = _PICTURE.sub(r"[\1]", line)
    line = _BUTTON.sub(lambda found: f"{found[1]}: {_absolute(found[2], base)}", line)
    line = _LINK.sub(lambda found: f"{found[1]} <{_absolute(found[2], base)}>", line)
    if line.startswith("# "):
        return f"{line[2:].upper()}\n{'=' * min(len(line) - 2, 60)}"
    return f"* {line[2:]}" if line.startswith("- ") else line


def small_print(frame: Frame) -> str:
    """Return the plain footer of a bulk mail."""
    lines = ["", "-" * 40, *frame.small_print]
    if frame.unsubscribe_link:
        lines.append(f"{frame.unsubscribe_words}: {frame.unsubscribe_link}")
    return "\n".join(lines) + "\n"


def _absolute(link: str, base: str) -> str:
    return link if "://" in link else f"{base}/{link}"


def quotation(quoted: str, attribution: str) -> str:
    """Return the plain form of what is quoted, nothing where nothing is."""
    if not quoted:
        return ""
    return f"\n{attribution}\n\n" + "".join(f"> {line}\n" for line in quoted.strip("\n").split("\n"))


def from_person(text: str, quoted: str = "", attribution: str = "", pictures: Sequence[str] = ()) -> str:
    """Return the HTML twin as a mail program writes it for a person; `pictures` are Content-IDs."""
    lines = "".join(f"<div>{_inline(line, '') or '<br>'}</div>\n" for line in text.strip("\n").split("\n"))
    lines += "".join(f'<div><img src="cid:{picture}" width="480"></div>\n' for picture in pictures)
    if not quoted:
        return f'<div dir="ltr">{lines}</div>\n'
    inner = "<br>\n".join(html.escape(line) for line in quoted.strip("\n").split("\n"))
    return (
        f'<div dir="ltr">{lines}</div>\n<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"{html.escape(attribution)}<br></div>\n"
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
        f'padding-left:1ex">{inner}</blockquote></div>\n'
    )


def from_sender(text: str, frame: Frame) -> str:
    """Return the HTML twin as mailing services write it: tables, inline styles, hidden preview, tracking pixel."""
    blocks = "\n".join(_block(block, frame) for block in re.split(r"\n{2,}", text.strip("\n")))
    return _PAGE.format(
        title=html.escape(frame.sender),
        preheader=html.escape(frame.preheader),
        tint=frame.tint,
        font=_FONT,
        blocks=blocks,
        footer=_footer(frame),
        pixel=f"{frame.link_base}/o.gif",
    )


def _block(block: str, frame: Frame) -> str:
    lines = block.split("\n")
    if block == "---":
        return _row('<hr style="border:0;border-top:1px solid #dde3e6;margin:8px 0">')
    if all(line.startswith("- ") for line in lines):
        items = "".join(f'<li style="margin:0 0 8px 0">{_inline(line[2:], frame.link_base)}</li>' for line in lines)
        return _row(f'<ul style="padding-left:20px;margin:0">{items}</ul>')
    if lines[0].startswith("# "):
        heading = f'<h2 style="{_FONT};font-size:22px;line-height:28px;color:{frame.tint};margin:0 0 8px 0">'
        rest = _paragraph(lines[1:], frame) if lines[1:] else ""
        return _row(f"{heading}{_inline(lines[0][2:], frame.link_base)}</h2>{rest}")
    return _row(_paragraph(lines, frame))


def _row(inner: str) -> str:
    style = f"padding:10px 32px;{_FONT};font-size:15px;line-height:23px;color:#2b2f33"
    return f'<tr><td align="left" valign="top" style="{style}">\n{inner}\n</td></tr>'


def _paragraph(lines: list[str], frame: Frame) -> str:
    words = "<br>\n".join(_rich(line, frame) for line in lines)
    return f'<p style="margin:0 0 12px 0">{words}</p>'


def _rich(line: str, frame: Frame) -> str:
    if button := _BUTTON.fullmatch(line.strip()):
        style = f"display:inline-block;padding:12px 26px;background:{frame.tint};color:#ffffff;text-decoration:none"
        link = html.escape(_absolute(button[2], frame.link_base))
        return f'<a href="{link}" target="_blank" style="{style};border-radius:4px">{html.escape(button[1])}</a>'
    if picture := _PICTURE.fullmatch(line.strip()):
        size = f'width="{picture[2]}" height="{picture[3]}"'
        source = f"{frame.link_base}/i/{abs(len(picture[1]) * 7919)}.jpg"
        style = "display:block;max-width:100%"
        return f'<img src="{source}" {size} alt="{html.escape(picture[1])}" border="0" style="{style}">'
    return _inline(line, frame.link_base)


def _inline(line: str, base: str) -> str:
    escaped = _STRONG.sub(r"<strong>\1</strong>", html.escape(line, quote=False))
    return _LINK.sub(
        lambda found: f'<a href="{_absolute(found[2], base)}" style="color:#0b6e8a">{found[1]}</a>', escaped
    )


def _footer(frame: Frame) -> str:
    lines = [html.escape(line) for line in frame.small_print]
    if frame.unsubscribe_link:
        link = f'<a href="{frame.unsubscribe_link}" style="color:#7a8288">{html.escape(frame.unsubscribe_words)}</a>'
        lines.append(link)
    return "<br>\n".join(lines)


_PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>{title}</title>
<style type="text/css">
body {{ margin:0; padding:0; -webkit-text-size-adjust:100%; }}
table {{ border-collapse:collapse; mso-table-lspace:0pt; mso-table-rspace:0pt; }}
img {{ border:0; outline:none; -ms-interpolation-mode:bicubic; }}
@media only screen and (max-width:620px) {{ .shell {{ width:100% !important; }} .hide {{ display:none !important; }} }}
</style></head>
<body style="margin:0;padding:0;background-color:#f1f3f4">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;color:#f1f3f4">{preheader}\
&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f1f3f4">
<tr><td align="center" style="padding:24px 0">
<table role="presentation" class="shell" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff">
<tr><td bgcolor="{tint}" style="padding:18px 32px;{font};font-size:20px;font-weight:bold;color:#ffffff">
{title}</td></tr>
{blocks}
<tr><td style="padding:20px 32px;{font};font-size:12px;line-height:18px;color:#7a8288;border-top:1px solid #dde3e6">
{footer}
</td></tr></table></td></tr></table>
<img src="{pixel}" width="1" height="1" alt="" style="display:block;height:1px;width:1px;border:0">
</body></html>
"""
