"""Statements in the manners in which banks lay them out, made by code: they prove the reasoning, not a bank."""

# ruff: noqa: E501 (a manner reads best as it stands)

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sandbox.statements.canvas import Page, pdf
from sandbox.statements.protection import Protection


@dataclass(frozen=True, slots=True)
class Movement:
    date: dt.date
    words: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    """What a statement says, whatever it looks like."""

    opening: Decimal
    movements: tuple[Movement, ...]
    start: dt.date
    end: dt.date

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((each.amount for each in self.movements), Decimal(0))

    def balances(self) -> list[Decimal]:
        at, found = self.opening, []
        for each in self.movements:
            at += each.amount
            found.append(at)
        return found


WORDS = (
    ("GRAB RIDES", "A-7712 KUALA LUMPUR"),
    ("Tan & Sons Bakery",),
    ("TRF 20240118 REF 991.22", "second line", "third line 12/7"),
    ("Café Müller",),
    ("Total Petrol Station",),
    ("Invoice 5/2024", "No. 4711"),
)


def books(seed: int, count: int = 24, start: dt.date = dt.date(2023, 12, 18), *, owed: bool = False) -> Books:
    """Return some weeks across the turn of a year; amounts come twice on one day now and then."""
    random = Random(seed)
    end = start + dt.timedelta(days=35)
    days = sorted(start + dt.timedelta(days=random.randrange(35)) for _ in range(count))
    movements = []
    for day in days:
        cents = random.choice((random.randrange(100, 9_999), random.randrange(10_000, 1_500_000)))
        sign = 1 if random.random() < 0.3 else -1
        movements.append(Movement(day, random.choice(WORDS), Decimal(sign * cents) / 100))
        if random.random() < 0.1:
            movements.append(movements[-1])
    opening = Decimal(random.randrange(1, 5_000_000)) / 100
    return Books(-opening - 100_000 if owed else opening, tuple(movements), start, end)


def comma(value: Decimal) -> str:
    return point(value).translate(str.maketrans(",.", ".,"))


def point(value: Decimal) -> str:
    return f"{abs(value):,.2f}"


def spaced(value: Decimal) -> str:
    return point(value).replace(",", " ").replace(".", ",")


def swiss(value: Decimal) -> str:
    return point(value).replace(",", "'")


Sign = Callable[[Decimal, Callable[[Decimal], str]], str]


def before(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return ("-" if value < 0 else "") + shown(value)


def both_before(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return ("- " if value < 0 else "+ ") + shown(value)


def behind(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return shown(value) + ("-" if value < 0 else "+")


def letters(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return shown(value) + (" DR" if value < 0 else " CR")


def german(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return shown(value) + (" S" if value < 0 else " H")


def brackets(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return f"({shown(value)})" if value < 0 else shown(value)


def unsigned(value: Decimal, shown: Callable[[Decimal], str]) -> str:
    return shown(value)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one make-believe bank prints. `columns` is `one`, `two` (debit and credit) or `none` beside the balance."""

    name: str
    head: tuple[str, ...]
    opening: str
    closing: str
    date: str
    amount: Callable[[Decimal], str] = comma
    sign: Sign = before
    balance_sign: Sign | None = None
    columns: str = "one"
    has_running: bool = False
    balances_in_table: bool = True
    twice: bool = False
    period: str = "{start:%d.%m.%Y} bis {end:%d.%m.%Y}"
    currency: str = "EUR"
    newest_first: bool = False
    lead: str = ""
    daily: bool = False
    """Date and running balance only once a day."""

    split_date: bool = False
    """The year stands in the line below."""

    is_card: bool = False
    """What is owed stands as plus."""


MANNERS = (
    Manner("german", ("Buchung", "Vorgang", "Betrag EUR", ""), "Alter Saldo", "Neuer Saldo", "%d.%m."),
    Manner("german letters", ("Bu-Tag", "Vorgang", "EUR", ""), "alter Kontostand vom {start:%d.%m.%Y}",
           "neuer Kontostand vom {end:%d.%m.%Y}", "%d.%m.", sign=german, twice=True),
    Manner("deutsche", ("Buchung Valuta", "Vorgang", "Soll", "Haben"), "Alter Saldo per {start:%d.%m.%Y}",
           "Neuer Saldo per {end:%d.%m.%Y}", "%d.%m.%Y", sign=both_before, twice=True),
    Manner("german two columns", ("Datum", "Text", "Soll", "Haben"), "Saldovortrag", "Schlusssaldo", "%d.%m.%y",
           sign=unsigned, columns="two"),
    Manner("swiss", ("Datum", "Text", "Belastung", "Gutschrift", "Saldo"), "Saldovortrag", "Schlusssaldo", "%d.%m.%y",
           amount=swiss, sign=unsigned, columns="two", has_running=True, currency="CHF"),
    Manner("austrian", ("Datum", "Buchungstext", "Betrag", ""), "Alter Saldo per {start:%d.%m.%Y}",
           "Neuer Saldo zu Ihren Gunsten", "%d.%m", sign=behind),
    Manner("british", ("Date", "Description", "Money out", "Money in", "Balance"), "Opening balance", "Closing balance",
           "%d %b %Y", amount=point, sign=unsigned, columns="two", has_running=True, period="{start:%d %B %Y} to {end:%d %B %Y}",
           currency="GBP"),
    Manner("british without year", ("Date", "Details", "Paid out", "Paid in", "Balance"), "BALANCE BROUGHT FORWARD",
           "BALANCE CARRIED FORWARD", "%d %b", amount=point, sign=unsigned, columns="two", has_running=True,
           period="{start:%d %B %Y} to {end:%d %B %Y}", currency="GBP"),
    Manner("american", ("Date", "Description", "Amount", "Balance"), "Beginning balance on {start:%m/%d/%Y}",
           "Ending balance on {end:%m/%d/%Y}", "%m/%d", amount=point, has_running=True,
           period="{start:%B %d, %Y} through {end:%B %d, %Y}", currency="USD"),
    Manner("malaysian", ("ENTRY DATE", "TRANSACTION DESCRIPTION", "TRANSACTION AMOUNT", "STATEMENT BALANCE"),
           "BEGINNING BALANCE", "ENDING BALANCE", "%d/%m/%y", amount=point, sign=behind, balance_sign=before,
           has_running=True, period="STATEMENT DATE : {end:%d/%m/%y}", currency="MYR"),
    Manner("singaporean", ("Date", "Description", "Withdrawal", "Deposit", "Balance"), "BALANCE B/F", "BALANCE C/F",
           "%d %b", amount=point, sign=unsigned, columns="two", has_running=True, period="{start:%d %b %Y} to {end:%d %b %Y}",
           currency="SGD"),
    Manner("letters", ("Date", "Particulars", "Amount", "Balance"), "Opening Balance", "Closing Balance", "%d-%b-%Y",
           amount=point, sign=letters, has_running=True, period="{start:%d-%b-%Y} to {end:%d-%b-%Y}", currency="INR"),
    Manner("brackets", ("Date", "Details", "Amount"), "Previous balance", "New balance", "%Y-%m-%d", amount=point,
           sign=brackets, period="Period {start:%Y-%m-%d} to {end:%Y-%m-%d}", currency="AUD"),
    Manner("french", ("Date", "Libellé", "Débit", "Crédit"), "Ancien solde au {start:%d/%m/%Y}",
           "Nouveau solde au {end:%d/%m/%Y}", "%d/%m", amount=spaced, sign=unsigned, columns="two",
           period="du {start:%d/%m/%Y} au {end:%d/%m/%Y}"),
    Manner("dutch", ("Datum", "Omschrijving", "Bedrag", ""), "Vorig saldo", "Nieuw saldo", "%d-%m-%Y", sign=behind,
           period="{start:%d-%m-%Y} t/m {end:%d-%m-%Y}"),
    Manner("spanish", ("Fecha", "Concepto", "Importe", "Saldo"), "Saldo anterior", "Saldo final", "%d/%m/%Y",
           has_running=True, period="{start:%d/%m/%Y} - {end:%d/%m/%Y}"),
    Manner("italian", ("Data", "Descrizione", "Dare", "Avere"), "Saldo iniziale", "Saldo finale", "%d/%m/%Y",
           sign=unsigned, columns="two", period="dal {start:%d/%m/%Y} al {end:%d/%m/%Y}"),
    Manner("newest first", ("Date", "Description", "Amount", "Balance"), "Opening balance", "Closing balance", "%d/%m/%Y",
           amount=point, has_running=True, balances_in_table=False, newest_first=True,
           period="{start:%d/%m/%Y} to {end:%d/%m/%Y}", currency="EUR"),
    Manner("numbered", ("Nr. Datum", "Text", "Betrag", ""), "Alter Kontostand in EUR:", "Neuer Kontostand in EUR:",
           "%d.%m.%Y", lead="{number:02d} "),
    Manner("unsigned running", ("Date", "Transaction", "Amount", "Balance"), "Opening balance", "Closing balance",
           "%d/%m/%Y", amount=point, sign=unsigned, balance_sign=before, has_running=True,
           period="{start:%d/%m/%Y} to {end:%d/%m/%Y}", currency="NZD"),
    Manner("daily", ("Date", "Payment type and details", "Paid out", "Paid in", "Balance"), "BALANCEBROUGHTFORWARD",
           "BALANCECARRIEDFORWARD", "%d %b %y", amount=point, sign=unsigned, columns="two", has_running=True, daily=True,
           period="{start:%d %B} to {end:%d %B %Y}", currency="GBP"),
    Manner("split date", ("DATUM", "BESCHREIBUNG", "ZAHLUNGSEINGANG", "ZAHLUNGSAUSGANG", "SALDO"), "ANFANGSSALDO",
           "ENDSALDO", "%d %b", sign=unsigned, columns="swapped", has_running=True, split_date=True,
           balances_in_table=False, period="DATUM {start:%d.%m.%Y} - {end:%d.%m.%Y}"),
    Manner("card with letters", ("Post Date", "Description", "Amount (SGD)"), "PREVIOUS BALANCE",
           "TOTAL BALANCE DUE", "%d %b", amount=point, sign=letters, period="Statement Date {end:%d %b %Y}",
           currency="SGD", is_card=True),
    Manner("card with minus", ("Date", "Description", "Amount"), "Previous balance", "New balance", "%m/%d", amount=point,
           period="{start:%m/%d/%Y} - {end:%m/%d/%Y}", currency="USD", is_card=True),
    Manner("german card", ("Datum", "Beschreibung", "Betrag", ""), "Alter Saldo", "Neuer Saldo", "%d.%m.", is_card=True,
           sign=behind),
)  # fmt: skip


def render(what: Books, manner: Manner, protection: Protection | None = None) -> bytes:
    """Return the statement as that bank would print it, on as many pages as it takes."""
    sheet = _Sheet(what, manner)
    sheet.begin()
    if manner.balances_in_table:
        sheet.balance(manner.opening, what.opening)
    rows = list(zip(what.movements, what.balances(), strict=True))
    for number, (movement, balance) in enumerate(reversed(rows) if manner.newest_first else rows, start=1):
        sheet.row(number, movement, balance)
    if manner.balances_in_table:
        sheet.balance(manner.closing, what.closing)
    sheet.foot()
    return pdf(sheet.pages, protection)


class _Sheet:
    def __init__(self, what: Books, manner: Manner) -> None:
        self._what, self._manner = what, manner
        self.pages: list[Page] = []
        self._y = 0.0

    def begin(self) -> None:
        manner, what = self._manner, self._what
        page = Page()
        self.pages.append(page)
        page.write(50, 800, "Hearth & Harbour Bank", 12, bold=True)
        if len(self.pages) == 1:
            page.write(50, 770, "Jo Merriweather")
            page.write(50, 758, "12 Quay Street, 50450")
            page.write(300, 770, manner.period.format(start=what.start, end=what.end))
            if manner.is_card:
                page.write(50, 734, "Credit card, credit limit 5 000")
            page.write(300, 758, f"Account number 8812-4410-77 {manner.currency}")
            if not manner.balances_in_table:
                page.write(300, 746, f"{manner.opening} {self._shown_balance(what.opening)}")
                page.write(300, 734, f"{manner.closing} {self._shown_balance(what.closing)}")
        for place, word in enumerate(manner.head):
            if place < 2:
                page.write((50, 130)[place], 710, word)
            else:
                page.write_ending(_RIGHT[place - 2], 710, word)
        self._y = 694

    def balance(self, label: str, value: Decimal) -> None:
        page = self._line()
        page.write(130, self._y, label.format(start=self._what.start, end=self._what.end))
        page.write_ending(_RIGHT[max(len(self._manner.head) - 3, 0)], self._y, self._shown_balance(value))

    def row(self, number: int, movement: Movement, balance: Decimal) -> None:
        manner = self._manner
        page = self._line()
        day = movement.date.strftime(manner.date)
        same_day = [each for each in self._what.movements if each.date == movement.date]
        if not manner.daily or movement is same_day[0]:
            page.write(50, self._y, manner.lead.format(number=number) + (f"{day} {day}" if manner.twice else day))
        page.write(130, self._y, movement.words[0])
        place = (movement.amount > 0) if manner.columns == "two" else 0
        place = (movement.amount < 0) if manner.columns == "swapped" else place
        page.write_ending(_RIGHT[place], self._y, self._shown(movement.amount))
        if manner.has_running and (not manner.daily or number == self._last_of(movement.date)):
            page.write_ending(_RIGHT[len(manner.head) - 3], self._y, self._shown_balance(balance))
        for place, words in enumerate(movement.words[1:]):
            self._line().write(130, self._y, words)
            if manner.split_date and not place:
                self.pages[-1].write(50, self._y, f"{movement.date:%Y}")
        if manner.split_date and not movement.words[1:]:
            self._line().write(50, self._y, f"{movement.date:%Y}")

    def _last_of(self, day: dt.date) -> int:
        return max(number for number, each in enumerate(self._what.movements, start=1) if each.date == day)

    def _shown(self, amount: Decimal) -> str:
        manner = self._manner
        if not manner.is_card:
            return manner.sign(amount, manner.amount)
        if manner.sign is letters:
            return manner.amount(amount) + (" CR" if amount > 0 else "")
        return manner.sign(amount if manner.sign is behind else -amount, manner.amount)

    def foot(self) -> None:
        for number, page in enumerate(self.pages, start=1):
            page.write(50, 40, f"Page {number} of {len(self.pages)}")
            page.write(
                50, 28, "Hearth & Harbour Bank, 1 Harbour Road, register 4471, deposits are protected up to 100 000"
            )

    def _line(self) -> Page:
        self._y -= 12
        if self._y < 60:
            self.begin()
            self._y -= 12
        return self.pages[-1]

    def _shown_balance(self, value: Decimal) -> str:
        manner = self._manner
        if manner.is_card and manner.sign is not behind:
            return letters(value, manner.amount) if value > 0 else manner.amount(value)
        sign = manner.balance_sign or (before if manner.sign is unsigned else manner.sign)
        return sign(value, manner.amount)


_RIGHT = (370, 450, 540)


def amounts(what: Books) -> Sequence[tuple[dt.date, Decimal]]:
    return [(each.date, each.amount) for each in what.movements]
