"""What the sender wrote now, set apart from what is quoted and from the signature; no line is lost."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.mime.phrases import (
    ATTRIBUTION,
    FROM_FIELD,
    FROM_LINE,
    OPENING,
    OTHER_FIELD,
    SEPARATOR,
    SIGN_OFF,
    SIGNATURE_RULE,
)

_SIGNATURE_LINES = 25
_SIGN_OFF_REACH = 6
_LONGEST = 1_000
_MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class SetApart:
    text: str
    quoted: str = ""
    signature: str = ""


def set_apart(text: str) -> SetApart:
    """Divide a plain text. Where nothing would be left of the sender's own words, all of it counts as own."""
    text = text.strip("\n")
    if not _may_divide(text):
        return SetApart(text.strip())
    lines = text.split("\n")
    is_quoted = _quoted_lines(lines)
    own = [line for line, quoted in zip(lines, is_quoted, strict=True) if not quoted]
    start = _signature_start(own)
    words = "\n".join(own[:start]).strip()
    if not words:
        return SetApart(text.strip())
    behind = "\n".join(line for line, quoted in zip(lines, is_quoted, strict=True) if quoted)
    return SetApart(words, behind.strip("\n").rstrip(), "\n".join(own[start:]).strip())


_HINTS = (">", "--", "__", ":\n", "：", "—", "wrote")
_TAIL_HINTS = (
    "ent ",
    "esendet",
    "ihantar ",
    "ikirim ",
    "nvoy",
    "nviad",
    "nviat",
    "erzonden",
    "kickat",
    "utlook",
    "自",
    "送",
    "나의",
)
_TAIL = 400


def _may_divide(text: str) -> bool:
    """Most mail has nothing to set apart, and that is cheap to see."""
    if any(map(text.__contains__, _HINTS)) or text.endswith(":"):
        return True
    return any(map(text[-_TAIL:].__contains__, _TAIL_HINTS)) or FROM_LINE.search("\n" + text) is not None


def _quoted_lines(lines: list[str]) -> list[bool]:
    """Say of each line whether it is quoted. Behind an introduction without `>` everything is.

    Nobody writes more than ten thousand lines before he quotes; introductions are not looked for beyond those.
    """
    quoted = [line.startswith((">", " >", "\t>")) for line in lines]
    index = 0
    while index < min(len(lines), _MOST_LINES):
        length = 0 if quoted[index] or not lines[index] else _introduction(lines, index)
        if not length:
            index += 1
            continue
        following = _next_filled(lines, index + length)
        marked = following < len(lines) and quoted[following]
        end = index + length if marked else len(lines)
        quoted[index:end] = [True] * (end - index)
        index = end
    return quoted


def _introduction(lines: list[str], index: int) -> int:
    """Return how many lines, from `index`, introduce a quotation: 0 for none."""
    line = lines[index][:_LONGEST].rstrip()
    if not line:
        return 0
    if _is_separator(line) or _is_header_block(lines, index, line):
        return 1
    if line[-1] in ":：" or "wrote" in line:
        return 1 if ATTRIBUTION.match(line) else 0
    return _folded_attribution(lines, index, line)


def _folded_attribution(lines: list[str], index: int, line: str) -> int:
    """An attribution that a mail program broke over two or three lines."""
    if not OPENING.match(line):
        return 0
    for length in (2, 3):
        joined = " ".join(each[:_LONGEST].strip() for each in lines[index : index + length])
        if joined and joined[-1] in ":：" and ATTRIBUTION.match(joined):
            return length
    return 0


def _is_separator(line: str) -> bool:
    return SEPARATOR.match(line) is not None


def _is_header_block(lines: list[str], index: int, line: str) -> bool:
    """Two of From, Sent, To, Subject on neighbouring lines, as Outlook puts them before what it quotes."""
    if (":" not in line and "：" not in line) or not FROM_FIELD.match(line):
        return False
    near = [each for each in lines[index + 1 : index + 8] if each.strip()][:4]
    return sum(1 for each in near if OTHER_FIELD.match(each[:_LONGEST])) >= 2


def _next_filled(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _signature_start(lines: list[str]) -> int:
    """Return where the signature starts in the sender's own lines, their number where there is none."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in reversed(filled[-_SIGNATURE_LINES:]):
        if SIGNATURE_RULE.match(lines[index][:200]):
            return _earlier_sign_off(lines, filled, index)
    return _earlier_sign_off(lines, filled, len(lines))


def _earlier_sign_off(lines: list[str], filled: list[int], start: int) -> int:
    """A line such as "Sent from my phone" shortly before `start` opens the signature."""
    for index in [each for each in filled if each < start][-_SIGN_OFF_REACH:]:
        if SIGN_OFF.match(lines[index][:200]):
            return index
    return start
