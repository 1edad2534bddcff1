"""One-time codes: found wherever a mail spells one, and masked in every spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import chain

from domain.expressions import expression
from domain.messages import Mail, Message
from domain.triage import failed_authentication

Span = tuple[int, int]

_ANNOUNCED = expression(
    r"(?:verification|security|one[- ]?time|log-?in|sign-?in|confirmation|access|authenticat(?:ion|or)|2fa|mfa"
    r"|two-?(?:factor|step)|2-?step|temporary|activation|recovery)\s+(?:pass)?(?:code|word)"
    r"|\bpasscode|\bOTP\b|\bTAC\b"
    r"|bestätigungscode|sicherheitscode|code de (?:vérification|sécurité)|código de (?:verificación|seguridad)"
    r"|kod pengesahan|验证码",
    re.IGNORECASE,
)
_OTHER_CODES = r"(?!order|booking|promo|discount|voucher|coupon|postal|zip|area|country|customer|tracking|source|dress)"
_HINTED = expression(
    rf"\byour (?:{_OTHER_CODES}[\w-]{{1,20}} ){{0,2}}code\b|\bthis code\b|\b(?:enter|use) the (?:following )?code\b"
    r"|\bcode to (?:log|sign|verify|confirm)",
    re.IGNORECASE,
)
# What the expressions above cannot do without, as bytes of Latin-1 in lower case: looking for these first is many times
# as quick. The short ones count as words alone, for “contact” holds one of them.
_HINTS = (b"code", b"password", b"digo", b"kod pengesahan")
_SHORT_HINTS = (re.compile(rb"otp\b(?<!\wotp)"), re.compile(rb"tac\b(?<!\wtac)"))
# What Latin-1 lacks: a hint, and letters that count as i, k and s where case does not.
_HINTS_BEYOND = ("验证码", "ı", "İ", "ſ", "\u212a")
_HINT = re.compile(rb"(?:pass)?(?:code|word)|digo|otp|tac|kod pengesahan")
_BEFORE_HINT, _AFTER_HINT = 128, 32
"""Within how many characters around a hint, and around the blanks before it, every expression that needs it stands."""

_DIGITS = r"(?:\d{4,8}|\d{3}[ \u00a0-]\d{3}|\d{4}[ \u00a0-]\d{4})"
_MIXED = r"(?=[A-Z0-9-]{4,10}(?!\w))(?=[A-Z-]{0,9}\d)[A-Z0-9]{3,10}(?:-[A-Z0-9]{2,6})?"
_CODE = expression(rf"(?<![\w.,])(?:{_DIGITS}|{_MIXED})(?!\w)")
_PLAIN_CODE = expression(rf"(?<![\w.,-]){_DIGITS}(?!\w)")
_ON_ITS_OWN = expression(rf"^[ \t*]{{0,40}}({_DIGITS}|{_MIXED})[ \t*.]{{0,40}}$", re.MULTILINE)
_BEFORE_ITS_NAME = expression(
    rf"(?<![\w.,])({_DIGITS}|{_MIXED})\s{{1,3}}(?:is|as|ist|est|es)\s{{1,3}}"
    r"(?:your|the|ihr|dein|votre|tu|su)\b[^\n.!?]{0,50}?(?:code|\botp\b|\btac\b|password)",
    re.IGNORECASE,
)
_YEAR = expression(r"(19|20)\d\d")
_TAG = expression(r"<[^<>]*>")
_NEAR, _FAR = 80, 600
_LETTERS_READ = 1000
_HTML_READ = 100_000
_MOST_CODES = 8


def one_time_code(message: Message) -> str | None:
    """Return the one-time code that the message carries; such mail is shown, never sent to a model, never kept.

    A code stands alone on a line after the words that announce it, within 80 characters after them, or before them
    (“482913 is your code”). Mail whose sender is not who he says carries none: what it calls a code is bait.
    """
    if failed_authentication(message):
        return None
    found = _code_in(f"{message.subject}\n{message.text[:_LETTERS_READ]}")
    return found or _code_in(_words_of(message.body.html))


def without_codes(message: Message) -> Message:
    """Return the message with its codes masked. Its HTML is left out: markup can spell a code in too many ways."""
    for _ in range(_MOST_CODES):
        code = one_time_code(message)
        if code is None:
            return message
        message = _masked(message, code)
    return message


def _code_in(text: str) -> str | None:
    if not _may_hold(text):
        return None
    return next((code for code in _candidates(text) if not _YEAR.fullmatch(code)), None)


def _candidates(text: str) -> Iterator[str]:
    spans = _near_hints(text)
    for words in _in_spans(_ANNOUNCED, text, spans):
        yield from (found[1] for found in _ON_ITS_OWN.finditer(text, words.end(), words.end() + _FAR))
        yield from (found[0] for found in _CODE.finditer(text, words.end(), words.end() + _NEAR))
    for words in _in_spans(_HINTED, text, spans):
        yield from (found[0] for found in _PLAIN_CODE.finditer(text, words.end(), words.end() + _NEAR))
    yield from (found[1] for found in _in_spans(_BEFORE_ITS_NAME, text, spans))


def _in_spans(wanted: re.Pattern[str], text: str, spans: Sequence[Span]) -> Iterator[re.Match[str]]:
    return chain.from_iterable(wanted.finditer(text, *span) for span in spans)


def _near_hints(text: str) -> list[Span]:
    """Return the parts of `text`, in order and apart, outside which no code is announced."""
    if any(map(text.__contains__, _HINTS_BEYOND)):
        return [(0, len(text))]
    spans: list[Span] = []
    for hint in _HINT.finditer(_plain(text)):
        before = len(text[: hint.start()].rstrip())
        start, end = max(before - _BEFORE_HINT, 0), hint.start() + _AFTER_HINT
        if spans and start <= spans[-1][1]:
            start, _ = spans.pop()
        spans.append((start, end))
    return spans


def _may_hold(text: str) -> bool:
    """Whether `text` may hold a hint in any case."""
    plain = _plain(text)
    if any(map(plain.__contains__, _HINTS)):
        return True
    if any(hint.search(plain) for hint in _SHORT_HINTS):
        return True
    return any(map(text.__contains__, _HINTS_BEYOND))


def _plain(text: str) -> bytes:
    """Return `text` in lower case, a byte of Latin-1 for each character."""
    return text.encode("latin-1", "replace").lower()


def _words_of(html: str) -> str:
    """Return the first words of a page, a line for each piece between tags."""
    page = html[:_HTML_READ]
    if not page or not _may_hold(page):
        return ""
    lines = (line.strip() for line in unescape(_TAG.sub("\n", page)).splitlines())
    return "\n".join(line for line in lines if line)[: 4 * _LETTERS_READ]


def _masked(message: Message, code: str) -> Message:
    spelling = re.compile(r"[\s-]?".join(re.escape(letter) for letter in code if letter.isalnum()), re.IGNORECASE)

    def mask(text: str) -> str:
        return spelling.sub(lambda found: "•" * len(found[0]), text)

    body = replace(message.body, text=mask(message.body.text), html="")
    if isinstance(body, Mail):
        body = replace(body, quoted=mask(body.quoted), signature=mask(body.signature))
    return replace(message, subject=mask(message.subject), body=body)
