"""Takes the courtesies off what was said, so that the patterns see only what is wanted."""

from __future__ import annotations

import re
import unicodedata

from domain.expressions import expression

_QUOTES = str.maketrans("‘’‛“”„«»", '\'\'\'"""""')
_LEAD = expression(
    r"(?:(?:hey|hi|hello|ok(?:ay)?|so|well|and|also|now|then|yes|um|oh|hallo|bonjour|hola|hai)?[, ]*(?:alfred|butler)[,:! ]+"
    r"|(?:hey|hi|hello|ok(?:ay)?|so|well|um|oh|hallo|bonjour|hola|hai)[,!. ]+(?=\S+ \S)"
    r"|(?:please|kindly|just|quickly|bitte|por favor|s'il (?:te|vous) pla[iî]t|tolong|sila)[, ]+"
    r"|(?:(?:can|could|would|will|won't|may|might) (?:you|i|we)|(?:are|is) (?:you able|it possible|there a way)(?: for you)? to"
    r"|(?:i|we)(?:'d| would| will|'ll)? (?:like|want|wanna|love|need) (?:you )?(?:to )?(?=(?:see|know|hear|find|search|add|put|set|make|"
    r"create|list|read|look|remind|archive|delete|complete|cross|tick|mark|include|have you|get rid)\b)"
    r"|(?:i|we)(?:'d| would) appreciate (?:it )?if you(?: could| would)?|i(?: was|'m) (?:wondering|hoping) (?:if )?(?:you )?(?:could|can)?"
    r"|(?:do you think )?you can|(?:would|do) you mind|be so (?:kind|good) (?:as )?(?:to )?(?:and )?|go ahead and|let'?s(?: go ahead and)?|help me(?: to)?"
    r"|(?:(?:tell|show) me|let me know|do you know|say|i(?:'d| would)? (?:like|want|wanna|wish|need) to (?:know|see|hear))(?=,? (?:what|which|who|if|whether|how|where|when|everything)\b)"
    r"|k(?:ö|oe)nn(?:test|en|ten) (?:du|sie)|kannst du|(?:tu peux|peux-tu|pouvez-vous|pourrais-tu|pourriez-vous)"
    r"|(?:puedes|podr[ií]as|puede|me puedes)|boleh(?:kah)?(?: (?:awak|anda|kamu))?)[, ]+)",
    re.IGNORECASE,
)
_TAIL = expression(
    r"[, ]+(?:please|pls|thanks|thank you|thx|for me|alfred|sir|if you (?:can|could|would|please|don't mind)|would you|will you|can you|could you"
    r"|right now|now|bitte|danke|s'il (?:te|vous) pla[iî]t|por favor|gracias|ya|tolong)$",
    re.IGNORECASE,
)
_LEFT_OVER = expression(
    r"[ ,]+(?:on|at|by|for|to|about|before|until|the|and|um|am|bis|à|le|el|a|pada|pukul)$", re.IGNORECASE
)
_TODO_LEAD = expression(
    r"^(?:to|about|that|of|for|on|by|at|daran|an(?= d(?:as|en|ie)\b| mein)|dass|zu|de|que|untuk|me)(?:\s*[,:]\s*|\s+)",
    re.IGNORECASE,
)
_FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "my",
        "our",
        "your",
        "his",
        "her",
        "their",
        "this",
        "that",
        "these",
        "those",
        "some",
        "any",
        "all",
        "every",
        "of",
        "to",
        "about",
        "on",
        "in",
        "for",
        "with",
        "and",
        "or",
        "is",
        "are",
        "was",
        "were",
        "it",
        "them",
        "me",
        "i",
        "we",
        "you",
        "mail",
        "mails",
        "email",
        "emails",
        "e-mail",
        "e-mails",
        "message",
        "messages",
        "letter",
        "letters",
        "thread",
        "threads",
        "one",
        "ones",
        "thing",
        "things",
        "stuff",
        "please",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einen",
        "meine",
        "meinen",
        "mein",
        "le",
        "la",
        "les",
        "l'",
        "un",
        "une",
        "des",
        "du",
        "de",
        "mon",
        "ma",
        "mes",
        "el",
        "los",
        "las",
        "una",
        "mi",
        "mis",
        "yang",
        "saya",
        "si",
        "pasal",
        "tentang",
        "dari",
        "daripada",
    ]
)
_WORD = expression(r"[\w@.+'-]*\w")


def plain(said: str) -> str:
    """Return `said` on one line, without courtesies around it and marks at its end; the owner's own letters are kept."""
    words = " ".join(unicodedata.normalize("NFC", said).translate(_QUOTES).split()).strip(" .!?¿¡,;")
    while (shorter := _TAIL.sub("", _LEAD.sub("", words, count=1) if _LEAD.match(words) else words)) != words:
        words = shorter.strip(" .!?¿¡,;")
    return words


def title(said: str) -> str:
    """Return what is to be done, without the words that only joined it to what was around."""
    words = said.strip(' ,.:;-"')
    while (shorter := _LEFT_OVER.sub("", _TODO_LEAD.sub("", words))) != words:
        words = shorter.strip(' ,.:;-"')
    return words


def terms(*said: str | None) -> str:
    """Return the words worth searching for, in order and without what every sentence has."""
    found = [word for part in said if part for word in _WORD.findall(part.replace("'s ", " "))]
    return " ".join(word.removesuffix("'s") for word in found if word.lower() not in _FILLERS)


def writer(said: str) -> str:
    """Return a search for mail that was written by whom the words name, and not by others of him."""
    return " ".join(f"from:{word}" for word in terms(said).split())
