"""Says in the sender's own words what a mail is about: the ask itself where there is one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.local.words import clipped

LONGEST = 200

_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|liebe[rs]?|guten (?:tag|morgen|abend)"
    r"|sehr geehrte\w*|moin|servus|bonjour|salut|cher|chère|bonsoir"
    r"|hola|buen[oa]s|estimad[oa]s?|querid[oa]s?|ciao|buongiorno|gentile|caro|cara|beste|geachte|dag|goedemorgen"
    r"|olá|oi|bom dia|prezad[oa]s?|car[oa]s?|salam|hai|assalamualaikum"
    r"|selamat|tuan|puan|您好|你好|尊敬的)\b[^.!?。]{0,50}[,!:，]?$",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^(?:thanks|thank you|many thanks|cheers|best|regards|kind regards|yours|sincerely|love|cordialement|merci"
    r"|danke|vielen dank|viele grüße|lg|mfg|mit freundlichen|saludos|gracias"
    r"|grazie|cordiali|groet\w*|bedankt|obrigad[oa]|abraços?|terima kasih|sekian|谢谢|此致)\b.{0,30}$",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"unsubscribe|view (?:this|in|it)|browser|privacy policy|all rights reserved|©|copyright|do not reply"
    r"|abmelden|abbestellen|désabonner|darse de baja|disiscriv|afmelden"
    r"|cancelar (?:a )?(?:inscrição|subscrição)|berhenti langgan|退订|^https?://\S+$|confidential"
    r"|you (?:are receiving|received) this|sie erhalten diese",
    re.IGNORECASE,
)
_TELLING = re.compile(r"\d|[€$£¥]|RM\b")


def summary(subject: str, said: Sequence[str], asked: Sequence[str]) -> str:
    """Return one or two sentences as written, at most 200 characters; the very ask is the first to be kept."""
    telling = [sentence for sentence in said if _tells(sentence)]
    if not telling:
        return clipped(subject, LONGEST)
    chosen = [asked[0]] if asked else []
    best = max(telling, key=lambda sentence: _weight(sentence, telling, subject))
    if not chosen or len(chosen[0]) + len(best) < LONGEST:
        chosen = [*chosen, best]
    ordered = sorted(dict.fromkeys(chosen), key=lambda sentence: list(said).index(sentence))
    return clipped(" ".join(ordered), LONGEST)


def _tells(sentence: str) -> bool:
    if len(sentence) < 12 and sentence.isascii():
        return False
    return not (_GREETING.match(sentence) or _FAREWELL.match(sentence) or _BOILERPLATE.search(sentence))


def _weight(sentence: str, telling: Sequence[str], subject: str) -> float:
    """Early, of middling length, with figures, and with the subject's words."""
    shared = sum(1 for word in set(subject.lower().split()) if len(word) > 3 and word in sentence.lower())
    place = telling.index(sentence)
    length = len(sentence)
    return (
        3.0 / (1 + place)
        + 0.5 * min(shared, 3)
        + (0.7 if _TELLING.search(sentence) else 0.0)
        - (1.5 if length > 190 else 0.0)
        + min(length, 80) / 80
    )
