"""Money that a mail says will move: an invoice to pay, a refund to come; and which transaction it turned out to be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.expressions import expression
from domain.finance.coverage import covers
from domain.finance.dates import Order, Period, PrintedDate, certain_order, dates_in
from domain.finance.figures import figures_in
from domain.finance.money import Money
from domain.finance.transactions import StatementRecord, Transaction

EARLY, LONGEST = dt.timedelta(days=3), dt.timedelta(days=120)
GRACE, PATIENCE = dt.timedelta(days=5), dt.timedelta(days=14)
_MOST_SENTENCES, _LONGEST_SENTENCE = 200, 500
_LEAST_LETTERS = 4

_SENTENCE = expression(r"(?<=[.!?])\s+(?=[^\W\d_])|\n+")
_INVOICE = expression(r"\b(?:invoices?|bill|rechnung|factura|facture|fattura|factuur|invois|bil)\b", re.IGNORECASE)
_REFUND = expression(
    r"\b(?:refund(?:s|ed|ing)?|rückerstatt\w*|erstatt\w+|rembours\w+|reembols\w+|rimbors\w+|bayaran balik)\b",
    re.IGNORECASE,
)
SEARCHES = (
    "invoice*", "bill", "bil", "rechnung*", "factura*", "facture*", "fattura*", "factuur*", "invois*",
    "refund*", "rückerstatt*", "erstatt*", "rembours*", "reembols*", "rimbors*", '"bayaran balik"',
)  # fmt: skip
"""What finds the mails in which one of these words may stand."""
_UNREAL = expression(
    r"\b(?:non|no|not|if|unless|when|cannot|may|could|up to|policy|keine?|nicht|falls|si|ningún)\b", re.IGNORECASE
)
_TOTAL = expression(
    r"\b(?:total|amount|balance|to pay|payable|betrag|gesamt\w*|summe|importe|montant|importo|bedrag|jumlah)\b",
    re.IGNORECASE,
)
_DUE = expression(
    r"\b(?:due|by|before|until|fällig\w*|zahlbar|bis|vence\w*|vencimiento|échéance|avant|scadenza|sebelum|pada)\b",
    re.IGNORECASE,
)
_PAID = expression(
    r"\b(?:paid|receipt|charged|debited|collected|direct debit|auto-?pay|bezahlt|abgebucht|lastschrift|pagad[oa]"
    r"|payée?|prélev\w+|domicili\w+|dibayar)\b",
    re.IGNORECASE,
)
_NATIONAL = frozenset({"co", "com", "org", "net", "gov", "edu", "ac"})


class ExpectedKind(StrEnum):
    INVOICE = "invoice"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail tells: `amount` is positive, `due` is when to pay, where it says so and is not paid already."""

    kind: ExpectedKind
    amount: Money
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected because of a mail, written on a day by somebody at `domain`."""

    message_id: str
    domain: str
    written: dt.date
    told: Told

    @property
    def home(self) -> str:
        """The whole domain that its sender registered, such as `rumahkita.com.my`."""
        return _registered(self.domain)

    @property
    def last_day(self) -> dt.date:
        """The last day on which it is looked for."""
        return (self.told.due or self.written) + LONGEST

    @property
    def is_awaited(self) -> bool:
        """Whether it may be missed: what names no day to pay by is not."""
        return self.told.kind is ExpectedKind.REFUND or self.told.due is not None

    @property
    def awaited_until(self) -> dt.date:
        return self.told.due + GRACE if self.told.due else self.written + PATIENCE

    def may_follow(self, each: Transaction) -> bool:
        """Whether a payment makes it credible: to the same merchant, and what comes back was paid first."""
        before = each.amount < 0 and each.date <= self.written and is_at(each.merchant, self.domain)
        if self.told.kind is ExpectedKind.INVOICE:
            return before
        return before and each.currency == self.told.amount.currency and -each.amount >= self.told.amount.amount

    def is_met_by(self, each: Transaction) -> bool:
        """Whether a transaction is that very money: amount, direction, currency, time, and with whom."""
        amount = each.amount if self.told.kind is ExpectedKind.REFUND else -each.amount
        in_time = self.written - EARLY <= each.date <= self.last_day
        fits = amount == self.told.amount.amount and each.currency == self.told.amount.currency
        return fits and in_time and is_at(each.merchant, self.domain)


def told_in(subject: str, text: str, written: dt.date) -> Told | None:
    """Read what a mail says of money to come or to go; None where it says nothing, or leaves a choice of amounts."""
    sentences = [each[:_LONGEST_SENTENCE] for each in (subject, *_SENTENCE.split(text)) if each.strip()]
    sentences = sentences[:_MOST_SENTENCES]
    for each in sentences:
        if _REFUND.search(each) and not _UNREAL.search(each) and (amount := _the_amount([each])):
            return Told(ExpectedKind.REFUND, amount)
    if not any(_INVOICE.search(each) for each in sentences):
        return None
    amount = _the_amount([each for each in sentences if _TOTAL.search(each)]) or _the_amount(sentences)
    if amount is None:
        return None
    paid = any(_PAID.search(each) for each in sentences)
    return Told(ExpectedKind.INVOICE, amount, None if paid else _due(sentences, written))


def met(expected: Iterable[Expected], transactions: Sequence[Transaction]) -> dict[str, str]:
    """Return, by the mail's id, the transaction that each turned out to be: each once, the nearest after the mail."""
    found: dict[str, str] = {}
    for each in sorted(expected, key=lambda one: (one.written, one.message_id)):
        fits = [one for one in transactions if one.id not in found.values() and each.is_met_by(one)]
        if fits:
            found[each.message_id] = min(fits, key=lambda one: abs(one.date - each.written)).id
    return found


def lacking(
    expected: Iterable[Expected],
    transactions: Sequence[Transaction],
    statements: Sequence[StatementRecord],
    today: dt.date,
) -> Iterator[tuple[Expected, str]]:
    """Yield what should have come or gone by now and did not, with the merchant that it is about.

    Only of merchants that were paid before (a refund: so much, at least), from a domain that is known to be theirs, so
    that no stranger's invoice is ever urged; and only where statements of every account tell of the days in question.
    """
    every = tuple(expected)
    there = met(every, transactions)
    proven = [each for each in every if each.message_id in there]
    for each in every:
        paid = next((one for one in transactions if each.may_follow(one)), None)
        told_of = all(covers(statements, day) for day in (each.written, each.awaited_until))
        awaited = each.message_id not in there and each.is_awaited and told_of and today <= each.last_day
        if awaited and paid and paid.merchant and (is_proven(each, proven) or is_named(each, transactions)):
            yield each, paid.merchant


def is_proven(each: Expected, proven: Iterable[Expected]) -> bool:
    """Whether an earlier mail from the very domain was borne out by a payment, and none of its namesakes' before it.

    Whoever registers `amazon.click` is not Amazon, though the name is.
    """
    namesakes = [one for one in proven if one.written < each.written and _name_of(one.home) == _name_of(each.home)]
    first = min(namesakes, key=lambda one: one.written, default=None)
    return first is not None and first.home == each.home


def is_named(each: Expected, transactions: Iterable[Transaction]) -> bool:
    """Whether a bank wrote the very domain beside an earlier payment, as in `NETFLIX.COM AMSTERDAM`."""
    whole = re.compile(rf"(?<![\w.-]){re.escape(each.home)}(?![\w-]|\.\w)", re.IGNORECASE)
    return any(each.may_follow(one) and whole.search(one.description) for one in transactions)


def is_at(merchant: str | None, domain: str) -> bool:
    """Whether a merchant of the books owns `domain`, by its first words: Rumah Kita Store and `rumahkita.example`.

    The name that a sender gives himself says nothing, nor does what stands before the domain that he registered.
    """
    label = _letters(_name_of(_registered(domain)))
    words = [_letters(word) for word in (merchant or "").split()]
    return len(label) >= _LEAST_LETTERS and label in {"".join(words[:count]) for count in range(1, len(words) + 1)}


def _registered(domain: str) -> str:
    parts = domain.lower().split(".")
    national = len(parts) >= 3 and parts[-2] in _NATIONAL and len(parts[-1]) == 2
    place = 3 if national else 2
    return ".".join(parts[-place:]) if len(parts) >= place else ""


def _name_of(home: str) -> str:
    return home.partition(".")[0]


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _the_amount(sentences: Iterable[str]) -> Money | None:
    """Return the amount that they name, if it is a single one."""
    found = {(each.value, each.currency) for sentence in sentences for each in figures_in(sentence) if each.currency}
    if len(found) != 1:
        return None
    (value, currency) = found.pop()
    return Money(value, currency) if value else None


def _due(sentences: Iterable[str], written: dt.date) -> dt.date | None:
    """Return the day to pay by, if a single one is named that lies ahead of the mail."""
    named = {day for each in sentences if _DUE.search(each) for day in _days(dates_in(each), written)}
    ahead = [day for day in named if written <= day <= written + LONGEST]
    return ahead[0] if len(ahead) == 1 else None


def _days(dates: Sequence[PrintedDate], written: dt.date) -> list[dt.date]:
    """Return the days; where either number may be the day, none."""
    order = certain_order(dates)
    clear = [each for each in dates if order or not each.is_plain or each.first == each.second]
    period = Period(written, written + LONGEST)
    return [period.place(each, order or Order.DAY_FIRST) for each in clear if each.fits(order or Order.DAY_FIRST)]
