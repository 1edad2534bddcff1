"""Says in the sender's own words what a mail is about: the ask itself where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from adapters.local.words import clipped
from domain.expressions import expression

LONGEST = 200
LEAST = 50
"""A second sentence cut shorter than this would say nothing."""

_GREETING = expression(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:tag|morgen|abend)"
    r"|sehr geehrte\w*|moin|servus|bonjour|salut|cher|chère|bonsoir"
    r"|hola|buen[oa]s|estimad[oa]s?|querid[oa]s?|ciao|buongiorno|gentile|caro|cara|beste|geachte|dag|goedemorgen"
    r"|olá|oi|bom dia|prezad[oa]s?|car[oa]s?|salam|hai|assalamualaikum"
    r"|selamat|tuan|puan|您好|你好|尊敬的)\b[^.!?。]{0,50}[,!:，]?$",
    re.IGNORECASE,
)
_FAREWELL = expression(
    r"^(?:thanks|thank you|many thanks|cheers|best|regards|kind regards|yours|sincerely|love|cordialement|merci"
    r"|danke|vielen dank|viele grüße|lg|mfg|mit freundlichen|saludos|gracias"
    r"|grazie|cordiali|groet\w*|bedankt|obrigad[oa]|abraços?|terima kasih|sekian|谢谢|此致)\b.{0,30}$",
    re.IGNORECASE,
)
_BOILERPLATE = (
    *(
        "unsubscribe",
        "view this in",
        "view in ",
        "view it in",
        "browser",
        "privacy policy",
        "all rights reserved",
        "©",
        "copyright",
    ),
    *(
        "do not reply",
        "abmelden",
        "abbestellen",
        "désabonner",
        "désinscri",
        "darse de baja",
        "disiscriv",
        "afmelden",
        "uitschrijven",
    ),
    *(
        "cancelar a ",
        "cancelar inscri",
        "berhenti langgan",
        "退订",
        "confidential",
        "your settings",
        "preferences",
        "you are receiving",
        "you received this",
    ),
    *(
        "sie erhalten diese",
        "vous recevez ce",
        "recibes este",
        "ricevi questa",
        "je ontvangt deze",
        "anda menerima e-mel",
    ),
)
_TELLING = expression(r"[\d€$£¥R](?:(?<!R)|M\b)")
_MOST = 3.2
"""No sentence weighs more by what it says."""

_FIRST = 10
"""How many sentences are looked at: what matters stands near the top."""


def summary(subject: str, said: Sequence[str], asked: Sequence[str]) -> str:
    """Return one or two sentences as written, at most 200 characters; the very ask is the first to be kept."""
    best = _best(filter(_tells, said[:_FIRST]), subject)
    if not best or not asked or asked[0] == best:
        return clipped(best or (asked[0] if asked else subject), LONGEST)
    room = LONGEST - len(asked[0]) - 1
    if room < LEAST:
        return clipped(asked[0], LONGEST)
    both = [asked[0], clipped(best, room)]
    return " ".join(both if said.index(asked[0]) < said.index(best) else reversed(both))


def _best(telling: Iterable[str], subject: str) -> str:
    """Return the weightiest sentence, the first of equals; what stands further down counts ever less."""
    topic = [word for word in {*subject.lower().split()} if len(word) > 3]
    best, highest = "", float("-inf")
    for place, sentence in enumerate(telling):
        for_place = 3.0 / (1 + place)
        if _MOST + for_place <= highest:
            break
        weight = _weight(sentence, topic) + for_place
        if weight > highest and not _is_boilerplate(sentence):
            best, highest = sentence, weight
    return best


def _tells(sentence: str) -> bool:
    if len(sentence) < 12 and sentence.isascii():
        return False
    return not (_GREETING.match(sentence) or _FAREWELL.match(sentence))


def _is_boilerplate(sentence: str) -> bool:
    lowered = sentence.lower()
    return any(words in lowered for words in _BOILERPLATE)


def _weight(sentence: str, topic: Sequence[str]) -> float:
    """Of middling length, with figures and the subject's words, and a sentence rather than a heading or an address."""
    lowered = sentence.lower()
    weight = 0.5 * min(3, sum(word in lowered for word in topic)) + min(len(sentence), 80) / 80
    if _TELLING.search(sentence):
        weight += 0.7
    if len(sentence) > 190:
        weight -= 1.5
    if sentence.isupper() or "http" in lowered or sentence[-1:] not in ".!?。！？…":
        weight -= 2.5
    return weight
