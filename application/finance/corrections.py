"""The owner's word about transactions: it counts for one and for all of its merchant, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from application.kept import Kept
from application.ports.clock import Clock
from application.ports.store import Store
from domain.codec import decode, encode
from domain.errors import NotFound
from domain.finance.categories import Spending
from domain.finance.keywords import KeywordRule, category_by_keywords, category_by_own
from domain.finance.transactions import Judge, Transaction

SAID = "books/said/"
KEYWORDS = "books/keywords"


@dataclass(frozen=True, slots=True)
class SpendingCorrection:
    """What the owner said of a transaction; it counts for others of the same merchant until he says otherwise."""

    transaction_id: str
    category: Spending
    merchant: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wording:
    """What words tell: said of the very transaction, said of its merchant, the owner's keywords, the shipped ones."""

    said: Mapping[str, Spending]
    learned: Mapping[str, Spending]
    own: Sequence[KeywordRule]

    def was_told(self, each: Transaction) -> Spending | None:
        """Return what the owner said of the transaction or its merchant."""
        return self.said.get(each.id) or self.learned.get((each.merchant or "").casefold())

    def judged(self, each: Transaction) -> Transaction:
        """Return the transaction as its words tell; what they say nothing of stays as it is."""
        said = self.was_told(each)
        if said is not None:
            return replace(each, category=said, judge=Judge.OWNER, own_transfer=None)
        own = category_by_own(each.description, each.merchant, self.own)
        found = own or category_by_keywords(each.description, each.merchant)
        if found is None or (found is Spending.INCOME and each.amount < 0):
            return each
        return replace(each, category=found, judge=Judge.OWN_KEYWORDS if own else Judge.KEYWORDS)


class Corrections:
    """Kept one by one, apart from the transactions, so that a statement that is read again has them again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._said = Kept(store.preferences, SAID, SpendingCorrection)
        self._clock = clock

    def all(self) -> tuple[SpendingCorrection, ...]:
        """Every correction, the newest first."""
        return tuple(sorted(self._said.all(), key=lambda each: each.at, reverse=True))

    def say(self, transaction: Transaction, category: Spending) -> None:
        said = SpendingCorrection(transaction.id, category, (transaction.merchant or "").casefold(), self._clock.now())
        self._said.put(transaction.id, said)

    def take_back(self, transaction_id: str) -> SpendingCorrection:
        """Forget what was said of a transaction, and return it. Raise `NotFound` where nothing was."""
        said = self._said.get(transaction_id)
        if said is None:
            raise NotFound(f"nothing was said of transaction {transaction_id}")
        self._said.delete(transaction_id)
        return said

    def keywords(self) -> tuple[KeywordRule, ...]:
        """The owner's own keyword rules, in his order."""
        kept = self._store.preferences.get(KEYWORDS)
        return tuple(decode(KeywordRule, each, "keywords") for each in kept) if isinstance(kept, list) else ()

    def set_keywords(self, rules: Sequence[KeywordRule]) -> None:
        self._store.preferences.put(KEYWORDS, [encode(rule) for rule in rules])

    def wording(self) -> Wording:
        """What all words tell now; a merchant is what was said of it last."""
        oldest_first = self.all()[::-1]
        learned = {each.merchant: each.category for each in oldest_first if each.merchant}
        return Wording({each.transaction_id: each.category for each in oldest_first}, learned, self.keywords())
