"""Twelve months of statements of two banks, one of which locks its files, as files and as the mails they come with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from sandbox.households import mime
from sandbox.households.cast import Party
from sandbox.households.documents import Document
from sandbox.households.model import Mail
from sandbox.statements.canvas import pdf
from sandbox.statements.layouts import account_pages, card_pages
from sandbox.statements.ledger import Line, account_lines, card_lines
from sandbox.statements.protection import Protection

MONTHS = 12
PASSWORD = "14JUN1985"
"""What the card's bank locks its files with, as it told the owner: the day of birth."""

ACCOUNT = Party("Bank Seri Melati", "makluman@serimelati.example", "Bank Seri Melati")
CARD = Party("Straits Kinara Bank", "estatement@straitskinara.example", "Straits Kinara Bank")
_ACCOUNT_NUMBER, _CARD_NUMBER = "164412-887301", "5521 40XX XXXX 8812"
_OPENING, _OWED = Decimal("8412.55"), Decimal("1034.20")


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One file with its right answers. `opening` and `closing` are as the owner sees them: a card's are minus."""

    bank: str
    sender: str
    account: str
    currency: str
    start: dt.date
    end: dt.date
    opening: Decimal
    closing: Decimal
    lines: tuple[Line, ...]
    name: str
    content: bytes
    password: str
    mail: Mail


@cache
def statements(name: str, address: str, seed: int, now: dt.datetime, zone: str) -> tuple[BankStatement, ...]:
    """Return both banks' statements of the twelve months before this one, oldest first, to `name` at `address`."""
    owner = Party(name, address, name.split()[0])
    return tuple(_year(owner, seed, now.astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone)))


def limit_on_food(written: Sequence[BankStatement]) -> Decimal:
    """Return a monthly limit of which food took about nine tenths in the newest month, in whole tens."""
    newest = max(each.end for each in written)
    lines = (line for each in written if each.end == newest for line in each.lines)
    food = -sum((line.amount for line in lines if line.category in ("groceries", "dining")), Decimal(0))
    return (food / Decimal("0.9")).quantize(Decimal(1)) // 10 * 10


def _year(owner: Party, seed: int, today: dt.date, zone: ZoneInfo) -> Iterator[BankStatement]:
    balance, owed = _OPENING, _OWED
    for number in range(1, MONTHS + 1):
        month = _month(today, number - 1 - MONTHS)
        paid = owed
        bought = card_lines(seed, month, number, paid)
        moved = account_lines(seed, month, paid)
        end = _month(month, 1) - dt.timedelta(days=1)
        for card, lines, opening in ((False, moved, balance), (True, bought, -owed)):
            yield _statement(owner, seed, zone, month, end, lines, opening, card=card)
        balance += sum((line.amount for line in moved), Decimal(0))
        owed -= sum((line.amount for line in bought), Decimal(0))


def _month(day: dt.date, later: int) -> dt.date:
    months = day.year * 12 + day.month - 1 + later
    return dt.date(months // 12, months % 12 + 1, 1)


def _statement(
    owner: Party,
    seed: int,
    zone: ZoneInfo,
    start: dt.date,
    end: dt.date,
    lines: list[Line],
    opening: Decimal,
    *,
    card: bool,
) -> BankStatement:
    sender, number = (CARD, _CARD_NUMBER) if card else (ACCOUNT, _ACCOUNT_NUMBER)
    if card:
        pages = card_pages(owner.name, number, end, -opening, lines)
    else:
        pages = account_pages(owner.name, number, end, opening, lines)
    password = PASSWORD if card else ""
    content = pdf(pages, Protection(password, f"{seed}:{end}") if card else None)
    name = f"{'kinara-card' if card else 'penyata-akaun'}-{end:%Y-%m}.pdf"
    return BankStatement(
        bank=sender.name,
        sender=sender.address,
        account=number,
        currency="MYR",
        start=start,
        end=end,
        opening=opening,
        closing=opening + sum((line.amount for line in lines), Decimal(0)),
        lines=tuple(lines),
        name=name,
        content=content,
        password=password,
        mail=_mail(owner, sender, seed, zone, end, name, content, card=card),
    )


def _mail(
    owner: Party, sender: Party, seed: int, zone: ZoneInfo, end: dt.date, name: str, content: bytes, *, card: bool
) -> Mail:
    sent = dt.datetime.combine(end + dt.timedelta(days=2), dt.time(9, 14 if card else 2), zone)
    identity = f"{int(sent.timestamp() * 1000) + seed % 1000:016x}"
    locked = "Open it with your date of birth (DDMMMYYYY, such as 01JAN1990)." if card else "No password is needed."
    letter = mime.Letter(
        sender=sender,
        to=owner,
        subject=f"Your {'card' if card else 'account'} statement for {end:%B %Y}",
        sent=sent,
        message_id=f"<{identity}@{sender.address.partition('@')[2]}>",
        text=f"Dear {owner.name},\n\nyour statement for {end:%B %Y} is attached. {locked}\n\n{sender.name}\n",
        documents=(Document(name, "application/pdf", content),),
    )
    return Mail(
        account=owner.address,
        id=identity,
        thread_id=identity,
        received=sent.astimezone(dt.UTC),
        labels=("INBOX", "CATEGORY_UPDATES"),
        raw=mime.build(letter),
        answer=None,
        key=f"statement-{name.removesuffix('.pdf')}",
        arrival=False,
    )
