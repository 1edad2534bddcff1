"""A year of a household's money: what was bought where, and what it was for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction with its right answer.

    `words` are the lines as the bank prints them, `merchant` the name that a person would give, `category` one of
    `CATEGORIES`, `kind` is `purchase`, `income`, `transfer` (between the household's own accounts), `refund`, `fee` or
    `recurring`.
    """

    date: dt.date
    words: tuple[str, ...]
    amount: Decimal
    merchant: str
    category: str
    kind: str = "purchase"


CATEGORIES = (
    "dining", "groceries", "transport", "housing", "utilities", "health", "shopping", "subscriptions", "travel", "cash",
    "fees", "income", "transfer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Habit:
    """What the household does over and over: so often a month, between two amounts in cents."""

    words: tuple[str, ...]
    merchant: str
    category: str
    times: tuple[int, int]
    cents: tuple[int, int]


_BY_CARD = (
    _Habit(("GRAB*RIDE {code} KUALA LUMPUR",), "Grab", "transport", (5, 10), (700, 3_400)),
    _Habit(("GRAB*FOOD {code} KUALA LUMPUR",), "GrabFood", "dining", (3, 7), (1_650, 7_200)),
    _Habit(("KEDAI KOPI SENTOSA KUALA LUMPUR MY",), "Kedai Kopi Sentosa", "dining", (4, 9), (450, 1_900)),
    _Habit(("WARUNG MAK TIMAH", "PETALING JAYA MY"), "Warung Mak Timah", "dining", (2, 5), (1_200, 4_800)),
    _Habit(("BISTRO LAMPION SDN BHD {code}",), "Bistro Lampion", "dining", (0, 2), (8_900, 23_000)),
    _Habit(("PASARAYA HIJAU SUBANG {code}",), "Pasaraya Hijau", "groceries", (4, 6), (4_200, 31_000)),
    _Habit(("MINYAK SELESA STN {code}",), "Minyak Selesa", "transport", (1, 3), (6_000, 15_500)),
    _Habit(("BUKU & LAMPU BOOKSHOP",), "Buku & Lampu", "shopping", (0, 2), (2_900, 14_900)),
    _Habit(("RUMAH KITA HOME STORE {code}",), "Rumah Kita", "shopping", (0, 1), (4_900, 62_000)),
    _Habit(("FARMASI SIHAT 12",), "Farmasi Sihat", "health", (0, 2), (1_100, 8_800)),
)
_BY_ACCOUNT = (
    _Habit(("SALE DEBIT PASAR MALAM", "TAMAN MELATI"), "Pasar Malam", "dining", (2, 4), (900, 3_600)),
    _Habit(("CASH WITHDRAWAL", "ATM {code}"), "Cash", "cash", (1, 3), (10_000, 30_000)),
    _Habit(("DUITNOW QR P2P", "KLINIK DR {code}"), "Klinik", "health", (0, 1), (4_500, 16_000)),
)
_SUBSCRIPTIONS = (("STREAMBOX.COM", "Streambox", 4_490, 5_490), ("CLOUDSHELF STORAGE", "Cloudshelf", 990, 990))


def account_lines(seed: int, month: dt.date, card_bill: Decimal) -> list[Line]:
    """Return a month of the current account: salary, rent, bills, the card paid off, and small things."""
    random = Random(f"{seed}:account:{month:%Y-%m}")
    lines = [
        _line(_on(month, 1), ("STANDING INSTRUCTION", "RENT UNIT 12-3"), -180_000, "Rent", "housing", "recurring"),
        _line(_on(month, 25), ("SALARY LARKFIELD SOFTWARE",), 985_000, "Larkfield Software", "income", "income"),
        _line(_on(month, 12), ("FPX PAYMENT TENAGA ELEKTRIK",), -random.randrange(11_000, 21_500), "Tenaga Elektrik",
              "utilities", "recurring"),
        _line(_on(month, 14), ("FPX PAYMENT JALUR LEBAR INTERNET",), -14_900, "Jalur Lebar", "utilities", "recurring"),
        _line(_on(month, 28), ("SERVICE CHARGE",), -100, "Bank Seri Melati", "fees", "fee"),
    ]  # fmt: skip
    if card_bill:
        words = ("FUND TRANSFER TO CARD", "KINARA CARD 5521")
        lines.append(Line(_on(month, 18), words, -card_bill, "Kinara Card", "transfer", "transfer"))
    return sorted([*lines, *_habits(random, month, _BY_ACCOUNT)], key=lambda line: line.date)


def card_lines(seed: int, month: dt.date, number: int, paid: Decimal) -> list[Line]:
    """Return a month of the card; in the ninth a subscription becomes dearer, in the fifth something is returned."""
    random = Random(f"{seed}:card:{month:%Y-%m}")
    lines = _habits(random, month, _BY_CARD)
    for words, merchant, before, after in _SUBSCRIPTIONS:
        cents = after if number >= 9 else before
        lines.append(_line(_on(month, 7), (words,), -cents, merchant, "subscriptions", "recurring"))
    if number == 5:
        lines.append(_line(_on(month, 9), ("RUMAH KITA HOME STORE 9921",), -21_900, "Rumah Kita", "shopping"))
        lines.append(
            _line(_on(month, 20), ("RUMAH KITA HOME STORE 9921 REFUND",), 21_900, "Rumah Kita", "shopping", "refund")
        )
    if number == 8:
        lines.append(_line(_on(month, 11), ("AWAN AIR BKI-KUL 4471",), -143_600, "Awan Air", "travel"))
    if number == 10:
        twice = _line(_on(month, 16), ("KEDAI KOPI SENTOSA KUALA LUMPUR MY",), -850, "Kedai Kopi Sentosa", "dining")
        lines += [twice, twice]
    if paid:
        lines.append(
            Line(_on(month, 18), ("PAYMENT RECEIVED - THANK YOU",), paid, "Kinara Card", "transfer", "transfer")
        )
    return sorted(lines, key=lambda line: line.date)


def _habits(random: Random, month: dt.date, habits: tuple[_Habit, ...]) -> list[Line]:
    return [line for habit in habits for line in _of_habit(random, month, habit)]


def _of_habit(random: Random, month: dt.date, habit: _Habit) -> Iterator[Line]:
    for _ in range(random.randint(*habit.times)):
        words = tuple(part.format(code=random.randrange(1_000, 9_999)) for part in habit.words)
        cents = random.randint(*habit.cents)
        if habit.category == "cash":
            cents -= cents % 1_000
        yield _line(_on(month, random.randint(1, 28)), words, -cents, habit.merchant, habit.category)


def _line(
    day: dt.date, words: tuple[str, ...], cents: int, merchant: str, category: str, kind: str = "purchase"
) -> Line:
    return Line(day, words, Decimal(cents) / 100, merchant, category, kind)


def _on(month: dt.date, day: int) -> dt.date:
    return month.replace(day=day)
