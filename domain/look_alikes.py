"""Domains that are taken for others: by letters that look alike, a slip of the pen, or another's name within."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from domain.free_mail import FREE_MAIL

_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go"])
_ALIKE = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"])
"""Scripts with letters in common, to the eye: no name mixes them (Unicode TS 39, 5.2, moderately restrictive)."""

_LATIN = (
    str.maketrans("абгеорсухѕіјѡѵүһҽӏԁԛԝ", "a6reopcyxsijwvyheidqw")
    | str.maketrans("αγινορσυϳ", "ayivopouj")
    | str.maketrans("ıɩɑɡøłđħŧ", "iiagoldht")
)
"""Small letters of Cyrillic and Greek, and odd ones of Latin, by the plain ones that they look like (Unicode TS 39)."""

_DIGITS = str.maketrans("0135|i", "olesll")
_LEAST_NAME = 4
"""Of how many letters a name must be for a slip to count: shorter ones differ by one letter by chance."""


@dataclass(frozen=True, slots=True)
class _Sight:
    """A domain as it is read, and as the eye takes it in; of both the part that somebody registered."""

    read: str
    owned: str
    shape: str
    home: str
    name: str


def look_alikes(
    addresses: Iterable[str], known: Iterable[str], written_to: Collection[str] = frozenset()
) -> Iterator[str]:
    """Yield a warning for each address in a domain that looks like one of the domains `known`, or that is disguised.

    Of an address that the owner wrote to before a slip of the pen counts no more: many who know each other bear names
    one letter apart.
    """
    domains = [(real, _sight(real)) for real in sorted(known)]
    for address in addresses:
        domain = address.rpartition("@")[2]
        seen = _sight(domain)
        looks_like = _poses_as if address in written_to else _looks_like
        if is_disguised(domain):
            yield f"{address} is spelt with letters that look like those of another alphabet"
        yield from (
            f"{address} looks like {real}, but is another domain" for real, each in domains if looks_like(seen, each)
        )


def is_disguised(domain: str) -> bool:
    """Whether a part of the name mixes alphabets that look alike, or is all of another's letters that look Latin."""
    if domain.isascii() and "xn--" not in domain.lower():
        return False
    labels = _readable(domain).split(".")
    return any(_is_mixed(label) or (labels[-1].isascii() and _seems_latin(label)) for label in labels)


def is_within(domain: str, other: str) -> bool:
    """Whether one of the two domains is the other, or a part of it."""
    return f".{domain}".endswith(f".{other}") or f".{other}".endswith(f".{domain}")


def registered(host: str) -> str:
    """Return roughly the registered domain of `host`: two labels, three below the likes of co.uk."""
    labels = host.lower().rstrip(".").split(".")
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


def _looks_like(seen: _Sight, real: _Sight) -> bool:
    """Whether the one poses as the other, or differs from it by one slip alone."""
    return _poses_as(seen, real) or _is_a_slip_from(seen, real)


def _poses_as(seen: _Sight, real: _Sight) -> bool:
    """Whether the one differs from the other by look-alikes alone, or has it for its beginning."""
    if _is_nothing_odd(seen, real):
        return False
    if seen.shape == real.shape or _bears_name_of(real, seen):
        return True
    return seen.home == real.home and seen.owned != real.owned


def _is_a_slip_from(seen: _Sight, real: _Sight) -> bool:
    if _is_nothing_odd(seen, real) or seen.home == real.home:
        return False
    return min(len(seen.name), len(real.name)) >= _LEAST_NAME and _one_slip_apart(seen.home, real.home)


def _is_nothing_odd(seen: _Sight, real: _Sight) -> bool:
    return not seen.read or not real.read or is_within(seen.read, real.read) or seen.owned in FREE_MAIL


def _bears_name_of(real: _Sight, seen: _Sight) -> bool:
    """Whether the one's whole domain stands within the other and is not its end: acme.com-login.net."""
    if real.name not in seen.shape or real.name == real.home:
        return False
    parts, within = (f"-{each}".replace(".", "-") for each in (seen.shape, real.home))
    return f"{within}-" in parts


@lru_cache(maxsize=4096)
def _sight(domain: str) -> _Sight:
    read = _readable(domain)
    front, dot, ending = read.rpartition(".")
    shape = skeleton(front) + dot + ending
    home = registered(shape)
    return _Sight(read, registered(read), shape, home, home.partition(".")[0])


def _readable(domain: str) -> str:
    """Return `domain` as a person would see it: labels in Punycode decoded (RFC 5891, 4.4), where they can be."""
    labels = (_decoded(label) if label.startswith("xn--") else label for label in domain.split("."))
    return unicodedata.normalize("NFKC", ".".join(labels)).lower()


def _decoded(label: str) -> str:
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except ValueError:
        return label


def skeleton(name: str) -> str:
    """Return `name` with characters that look alike made the same (after Unicode TS 39)."""
    plain = _plain(name).replace("rn", "m").replace("vv", "w").replace("cl", "d")
    return plain.translate(_DIGITS)


def _plain(name: str) -> str:
    """Return `name` in Latin letters without marks, where it looks like such."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(each for each in parts if not unicodedata.combining(each)).translate(_LATIN)


def _is_mixed(label: str) -> bool:
    return len(_scripts(label)) > 1


def _seems_latin(label: str) -> bool:
    return bool(_scripts(label) - {"LATIN"}) and _plain(label).isascii()


def _scripts(label: str) -> set[str]:
    """Return which of the scripts that look alike a name is written in."""
    return {unicodedata.name(each, "?").split()[0] for each in label if each.isalpha()} & _ALIKE


def _one_slip_apart(left: str, right: str) -> bool:
    """Whether one letter was changed, added or left out, or two neighbours changed places."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    left, right = left[start:], right[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
