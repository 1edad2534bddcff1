"""How fast raw mail becomes a message, beside the standard library's parsers in the same run.

Run it: `python tests/benchmarks/bench_mime.py [MAILS]`.
"""

from __future__ import annotations

import email
import email.policy
import gc
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from adapters.mime.html_text import text_of_html
from adapters.mime.reader import MimeReader
from application.ports.mime import RawMail

RECEIVED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvwz" for vowel in "aeiou"]


def words(chance: random.Random, count: int) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(count)]


def lines(chance: random.Random, count: int) -> str:
    return "\n".join(" ".join(words(chance, 11)) for _ in range(count))


def page(chance: random.Random, text: str) -> str:
    """An HTML twin of `text` with the markup that newsletters and mail programs wrap around it."""
    style = "font-family:Arial,sans-serif;font-size:14px;line-height:1.5;color:#333333"
    rows = [
        f'<tr><td style="{style}" align="left"><p style="margin:0 0 12px"><b>{words(chance, 1)[0]}</b> {line}</p>'
        f'<a href="https://news.example/c/{chance.randrange(10**9)}">more</a></td></tr>'
        for line in text.split("\n")
    ]
    return f"<html><head><style>p {{ {style} }}</style></head><body><table>{''.join(rows)}</table></body></html>"


def make_mail(chance: random.Random, number: int, html_only: bool = False) -> bytes:
    mail = EmailMessage()
    for hop in range(3):
        mail["Received"] = f"from relay{hop}.example (relay{hop}.example [192.0.2.{hop}]) by mx.example; {number}"
    mail["DKIM-Signature"] = (
        f"v=1; a=rsa-sha256; d=firm.example; s=s1; h=from:to:subject; bh={'A' * 43}=; b={'B' * 170}="
    )
    mail["Authentication-Results"] = "mx.google.com; dkim=pass header.i=@firm.example; spf=pass; dmarc=pass"
    mail["From"] = f"Grüße {words(chance, 1)[0]} <p{number % 300}@firm.example>"
    mail["To"] = "Owner Example <owner@home.example>, Other <o@home.example>"
    mail["Subject"] = " ".join(words(chance, 6)) + " — é"
    mail["Date"] = format_datetime(datetime(2026, 11, 1 + number % 20, 8, 30, tzinfo=UTC))
    mail["Message-ID"] = f"<{number}@firm.example>"
    mail["References"] = f"<{number - 1}@firm.example> <{number - 2}@firm.example>"
    text = lines(chance, int(chance.lognormvariate(3.3, 0.7)) + 2) + "\nWir grüßen Sie\n"
    if html_only:
        mail.set_content(page(chance, text), subtype="html")
        return mail.as_bytes(policy=email.policy.SMTP)
    mail.set_content(text)
    mail.add_alternative(page(chance, text), subtype="html")
    if chance.random() < 0.4:
        size = int(chance.lognormvariate(10.3, 1.0))
        mail.add_attachment(chance.randbytes(size), maintype="application", subtype="pdf", filename="Übersicht.pdf")
    return mail.as_bytes(policy=email.policy.SMTP)


def rate(mails: Sequence[bytes], work: Callable[[bytes], object], rounds: int = 3) -> float:
    """Return mails per second of processor time, best of some rounds."""
    best = 0.0
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        for content in mails:
            work(content)
        best = max(best, len(mails) / (time.process_time() - start))
    return best


def with_stdlib(content: bytes) -> object:
    """What a plain reader does with compat32: parse, decode the headers it needs and the first text part."""
    mail = email.message_from_bytes(content)
    part = next((each for each in mail.walk() if each.get_content_type().startswith("text/")), mail)
    body = part.get_payload(decode=True)
    return mail["subject"], mail["from"], mail["to"], mail["date"], body


def raw(content: bytes) -> RawMail:
    return RawMail("me", "google", "me/mail", "1", "", RECEIVED, frozenset(), content)


def beside(mails: Sequence[RawMail], workers: int) -> float:
    """Return mails per second of wall time where the caller has as much to do with each as a store has."""
    start = time.perf_counter()
    for _ in MimeReader(workers).read_many(mails):
        sum(range(9_000))
    return len(mails) / (time.perf_counter() - start)


def main(count: int) -> None:
    chance = random.Random(42)
    reader = MimeReader()
    mails = [make_mail(chance, number) for number in range(count)]
    pages = [make_mail(chance, number, html_only=True) for number in range(count // 4)]
    sizes = sorted(map(len, mails))
    print(f"{count} mails, mean {sum(sizes) // count:,} bytes, median {sizes[count // 2]:,}")
    ours = rate(mails, lambda content: reader.read(raw(content)))
    compat32 = rate(mails, with_stdlib, 1)
    print(f"reader            {ours:8,.0f}/cpu-s  {1e6 / ours:6.0f} us")
    print(f"email compat32    {compat32:8,.0f}/cpu-s  {1e6 / compat32:6.0f} us  ratio {ours / compat32:.1f}")
    many = [raw(content) for content in mails] * (1 + 6_000 // count)
    alone, helped = beside(many, 0), beside(many, 1)
    print(f"with a busy caller: alone {alone:,.0f}/s, one worker {helped:,.0f}/s  ratio {helped / alone:.2f}")
    only = rate(pages, lambda content: reader.read(raw(content)))
    print(f"HTML only         {only:8,.0f}/cpu-s  {1e6 / only:6.0f} us")
    markup = page(chance, lines(chance, 30))
    text = rate([markup.encode()] * 300, lambda content: text_of_html(content.decode()))
    print(f"HTML to text      {text:8,.0f}/cpu-s  {1e6 / text:6.0f} us  ({len(markup):,} characters)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500)
