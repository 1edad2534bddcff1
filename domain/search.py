"""What somebody types into a search field, and how text is cut into what can be found.

Words must all occur; "phrases" in order; -negation; prefix*; from:name. Chinese, Japanese and Korean are written
without blanks between words, so there each character counts as a word, and a word of several is a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.errors import Invalid
from domain.expressions import expression

LONGEST_TEXT = 1_000
MOST_TERMS = 32

_PIECE = expression(
    r'(?P<minus>-?)(?P<sender>(?i:from):(?=[^\s]))?(?:"(?P<phrase>[^"]*)(?:"(?P<star>\*?)|$)|(?P<word>[^\s"]+))'
)
_UNSPACED = expression(
    "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff]"
)
_UNFIT = expression("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; with `prefix`, the last one may go on; with `sender`, of who wrote."""

    text: str
    prefix: bool = False
    sender: bool = False

    def is_in(self, text: str) -> bool:
        """Whether these words stand in `text`."""
        found, wanted = words(text), words(self.text)
        return any(self._fits(found[at : at + len(wanted)], wanted) for at in range(len(found)))

    def _fits(self, found: list[str], wanted: list[str]) -> bool:
        if not self.prefix:
            return found == wanted
        return len(found) == len(wanted) and found[:-1] == wanted[:-1] and found[-1].startswith(wanted[-1])


@dataclass(frozen=True, slots=True)
class Search:
    """Terms that must all occur, and terms of which none may."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()


def read_search(text: str) -> Search:
    """Read what the owner typed; raise `Invalid` where there is nothing to look for, never for odd characters."""
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"a search of {len(text)} characters is too long; {LONGEST_TEXT} are allowed", where="text")
    pieces = [(piece["minus"], _term(piece)) for piece in _PIECE.finditer(_UNFIT.sub(" ", text))]
    wanted = tuple(term for minus, term in pieces if term and not minus)
    unwanted = tuple(term for minus, term in pieces if term and minus)
    if not wanted:
        raise Invalid(f"{text!r} holds no word to look for", where="text")
    if len(wanted) + len(unwanted) > MOST_TERMS:
        raise Invalid(f"a search may hold {MOST_TERMS} words at most", where="text")
    return Search(wanted, unwanted)


def _term(piece: re.Match[str]) -> Term | None:
    if piece["phrase"] is not None:
        text, prefix = piece["phrase"], piece["star"] == "*"
    else:
        text, prefix = piece["word"].rstrip("*"), piece["word"].endswith("*")
    text = spaced(text).strip()
    return Term(text, prefix, sender=piece["sender"] is not None) if any(map(_is_of_a_word, text)) else None


def _is_of_a_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def spaced(text: str) -> str:
    """Return `text` with blanks around each character of a script that has none between words."""
    if _is_western(text) or _UNSPACED.search(text) is None:
        return text
    return _UNSPACED.sub(r" \g<0> ", text)


def _is_western(text: str) -> bool:
    """Whether all of `text` is Latin-1, which is many times as cheap to see as what else it is."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def words(text: str) -> list[str]:
    """Cut `text` into words without case and accents, as the index does."""
    plain = unicodedata.normalize("NFD", spaced(text))
    kept = (" " if not _is_of_a_word(c) else c for c in plain if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", "".join(kept)).lower().split()
