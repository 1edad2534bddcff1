"""From the bank's wording to the name of who was paid."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.expressions import expression

# What stands before the name: how it was paid, and through whom.
_BEFORE = expression(
    r"^(?:(?:pos|visa|mastercard|master|maestro|amex|debit|credit|card|contactless|online|mobile|web|purchase|payment|paid|pymt|"
    r"pmt|to|at|by|via|sale|txn|transaction|direct|dd|sepa|standing|instruction|order|recurring|instant|transfer|fund|funds|fpx|ibg|duitnow|qr|p2p|from|received|"
    r"jompay|giro|salary|payroll|gaji|gehalt|lohn|salaire|"
    r"kartenzahlung|lastschrift|basislastschrift|folgelastschrift|überweisung|ueberweisung|dauerauftrag|girocard|ec|"
    r"paiement|carte|cb|prlv|prelevement|prélèvement|virement|vir|achat|pago|compra|tarjeta|recibo|adeudo|"
    r"pembelian|bayaran|pembayaran|sq|sp|pp|paypal|sumup|izettle|zettle|stripe|klarna|adyen|mollie|ipay88|razer)"
    r"\b[\s*:./-]*)+",
    re.IGNORECASE,
)
# A number that begins a name stays: 7-Eleven, 4Fingers.
_NUMBERS = expression(r"(?!\d{1,2}-?[^\W\d_]{4,}(?:\s|$))\S*\d\S*|\b[xX*]{2,}\S*")
_AFTER = expression(
    r"\s+(?:stn|stesen|outlet|branch|refund)\b.*$"
    r"|\s+(?:sdn\.? bhd|bhd|gmbh(?: & co\.? kg)?|inc|llc|ltd|plc|pte|ag|kg|s\.?a\.?r\.?l|s\.?a|b\.?v|corp|limited)\b.*$"
    r"|\s+(?:kuala lumpur|petaling jaya|selangor|penang|johor|singapore|london|berlin|munich|münchen|hamburg|paris"
    r"|madrid|amsterdam|dublin|new york|my|mys|sg|sgp|gb|gbr|uk|de|deu|fr|fra|es|esp|nl|nld|ie|irl|us|usa)\s*$",
    re.IGNORECASE,
)
_DOT_COM = expression(r"\.(?:com?(?:\.\w\w)?|net|org|io|app)\b.*$", re.IGNORECASE)
_SERVICES = expression(r"\s*(?:food|eats|mart|express|fresh)\b", re.IGNORECASE)
_COURTESY = expression(r"\bthank you\b|\bthanks\b", re.IGNORECASE)
_MARKS = expression(r"[^\w&'.+ -]+")
_INITIALS = expression(r"[^\W\d_] ?& ?[^\W\d_]")
MOST_WORDS = 4
LEAST_LETTERS = 3


def holds_words(wording: str, words: str) -> bool:
    """Whether `words` stand in `wording` as whole ones, without case: “Shell” is in SHELL*12, and not in Michelle.

    One may end in an s, as in Sainsbury's.
    """
    return _whole(words).search(wording.casefold()) is not None


@lru_cache(maxsize=100)
def _whole(words: str) -> re.Pattern[str]:
    parts = r"\s+".join(map(re.escape, words.casefold().split()))
    return re.compile(rf"(?<![^\W\d_]){parts}(?:['’]?s)?(?![^\W\d_])")


def merchant_in(description: str) -> str | None:
    """Return the name of who was paid as people say it: “GRAB*RIDE 8821 KUALA LUMPUR” is Grab.

    None where the wording names nobody: only numbers, or only how it was paid.
    """
    return _name_in(_NUMBERS.sub(" ", _named_before_star(description)).strip())


@lru_cache(maxsize=1000)
def _name_in(wording: str) -> str | None:
    """Read a wording that bears no numbers, and so is the same at every payment."""
    named = _COURTESY.sub(" ", _DOT_COM.sub("", wording))
    words = _AFTER.sub("", _AFTER.sub("", " ".join(named.split())))
    words = _BEFORE.sub("", _MARKS.sub(" ", words).strip(" -.'&+"))
    name = " ".join(words.split()[:MOST_WORDS]).strip(" -.'&+")
    if sum(letter.isalpha() for letter in name) < LEAST_LETTERS and _INITIALS.fullmatch(name) is None:
        return None
    return name.title().replace("'S", "'s") if name.isupper() or name.islower() else name


def _named_before_star(description: str) -> str:
    """“GRAB*RIDE 88” is Grab's own; “SQ *COFFEE” is Coffee's through somebody: what pays for others is passed over.

    A service that goes by its own name keeps it: “UBER *EATS” is Uber Eats.
    """
    before, star, after = description.partition("*")
    if not star or not before.strip() or not after.strip():
        return description
    through = _BEFORE.sub("", before.strip() + " ").strip() == ""
    service = _SERVICES.match(after)
    return after if through else f"{before} {service.group().strip()}" if service else before
