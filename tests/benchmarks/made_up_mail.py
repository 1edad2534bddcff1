"""Mail whose sizes and words are spread as in a large mailbox; the same seed gives the same mail.

Words follow Zipf's law over a list that is put together from syllables, where short words are rather the frequent
ones. Most mail has its text twice, plain and as HTML; some is HTML alone, some plain alone; one in nine carries an
attachment.
"""

from __future__ import annotations

import random
from base64 import encodebytes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate
from quopri import encodestring

SEED = 42
WORDS = 40_000
ACCOUNT = "owner@home.example"
_OWN = ("invoice", "meeting", "urgent", "review", "und")
_ONSETS = (
    "b",
    "br",
    "d",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sch",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_CORES = ("a", "e", "i", "o", "u", "ai", "ea", "ie", "ä", "ö", "ü")
_ENDS = ("", "", "n", "r", "s", "t", "ng", "l", "m")
_TWIN, _HTML_ALONE = 0.70, 0.85  # what is above is plain alone
_STYLE = "font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:21px;color:#333333;margin:0 0 14px 0"


@dataclass(frozen=True, slots=True)
class MadeUpMail:
    """A mail as a provider hands it over."""

    id: str
    thread_id: str
    received: datetime
    labels: tuple[str, ...]
    raw: bytes
    account: str = ACCOUNT


class _Pen:
    """Writes words, sentences and paragraphs."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        words = dict.fromkeys(_OWN)
        while len(words) < WORDS:
            words[self._word()] = None
        self._words = sorted(words, key=lambda word: len(word) * chance.uniform(0.5, 1.5))
        self._weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def _word(self) -> str:
        count = self.chance.choice((1, 2, 2, 3, 3, 4))
        return "".join(
            self.chance.choice(_ONSETS) + self.chance.choice(_CORES) + self.chance.choice(_ENDS) for _ in range(count)
        )

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(self._words, cum_weights=self._weights, k=count))

    def paragraphs(self) -> list[str]:
        """Write as much as a mail holds: lognormal, half of them under 1.3 kB, 2.1 kB in the mean."""
        left = min(int(self.chance.lognormvariate(7.2, 1.0)), 40_000)
        written: list[str] = []
        while left > 0:
            sentences = [f"{self.words(self.chance.randint(5, 18)).capitalize()}." for _ in range(4)]
            written.append(" ".join(sentences))
            left -= len(written[-1])
        return written


def made_up_mail(count: int, now: datetime) -> Iterator[MadeUpMail]:
    """Yield `count` mails, oldest first; three in ten go on with an earlier thread."""
    chance = random.Random(SEED)
    pen = _Pen(chance)
    threads: list[tuple[str, str]] = []
    for number in range(count):
        received = now - timedelta(minutes=7 * (count - number))
        if threads and chance.random() < 0.3:
            thread, subject = chance.choice(threads[-200:])
            answers = f"In-Reply-To: <{thread}@mail.example>\nReferences: <{thread}@mail.example>\n"
        else:
            thread, subject, answers = f"m{number}", pen.words(chance.randint(3, 8)), ""
            threads.append((thread, subject))
        raw, labels = _mail(pen, f"m{number}", subject, answers, received)
        yield MadeUpMail(f"m{number}", thread, received, labels, raw)


def _mail(pen: _Pen, id: str, subject: str, answers: str, received: datetime) -> tuple[bytes, tuple[str, ...]]:
    form = pen.chance.random()
    paragraphs = pen.paragraphs()
    name = pen.words(2).title()
    sender = f"{_ascii(name).lower().replace(' ', '.')}@{_ascii(pen.words(1))}.example"
    is_list = form < _HTML_ALONE and pen.chance.random() < 0.4
    head = (
        f"From: {_ascii(name)} <{sender}>\nTo: Owner <{ACCOUNT}>\nSubject: =?utf-8?q?{_encoded(subject)}?=\n"
        f"Date: {format_datetime(received)}\nMessage-ID: <{id}@mail.example>\n{answers}"
        f"Received: from mx.mail.example by mx.home.example with ESMTPS id {id}; {format_datetime(received)}\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; d=mail.example; s=s1; h=from:to:subject; b={'Ab3' * 110}\n"
        "Authentication-Results: mx.home.example; spf=pass; dkim=pass; dmarc=pass\nMIME-Version: 1.0\n"
    )
    if is_list:
        head += f"List-Id: <{id[:2]}.mail.example>\nList-Unsubscribe: <mailto:leave@mail.example>\nPrecedence: bulk\n"
    body = _with_attachments(pen, _body(form, paragraphs))
    labels = ("INBOX", "CATEGORY_PROMOTIONS") if is_list else ("INBOX", "UNREAD")
    return (head + body).replace("\n", "\r\n").encode(), labels


def _body(form: float, paragraphs: list[str]) -> str:
    plain = _part("text/plain", "\n\n".join(paragraphs))
    if form >= _HTML_ALONE:
        return plain
    html = _part("text/html", _page(paragraphs))
    return _multipart("alternative", [plain, html]) if form < _TWIN else html


def _page(paragraphs: list[str]) -> str:
    """The page of a mail as programs make it: the words, in several times as much of markup."""
    rules = "\n".join(f".c{number} {{ padding:0 {number}px; {_STYLE} }}" for number in range(70))
    rows = "\n".join(
        f'<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse"><tr>'
        f'<td class="c{number % 70}" style="{_STYLE}"><p style="{_STYLE}">{text}</p></td></tr></table>'
        for number, text in enumerate(paragraphs)
    )
    return f"<html><head><style>{rules}</style></head><body>{rows}</body></html>"


def _with_attachments(pen: _Pen, body: str) -> str:
    if pen.chance.random() > 1 / 9:
        return body
    size = min(int(pen.chance.lognormvariate(11.6, 1.0)), 2_000_000)
    content = encodebytes(pen.chance.randbytes(size)).decode()
    name = f"{_ascii(pen.words(1))}.pdf"
    attached = (
        f'Content-Type: application/pdf; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{content}"
    )
    return _multipart("mixed", [body, attached])


def _part(kind: str, text: str) -> str:
    content = encodestring(text.encode()).decode()
    return f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{content}\n"


def _multipart(kind: str, parts: list[str]) -> str:
    edge = f"--=_{kind}_of_this_mail"
    inside = "".join(f"{edge}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{edge[2:]}"\n\n{inside}{edge}--\n'


def _ascii(text: str) -> str:
    return text.translate({ord("ä"): "a", ord("ö"): "o", ord("ü"): "u", ord("Ä"): "A", ord("Ö"): "O", ord("Ü"): "U"})


def _encoded(subject: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "".join(f"={b:02X}" for b in c.encode()) for c in subject)
