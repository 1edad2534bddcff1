"""Judging a transaction by those that are judged already: naive Bayes over words, with Laplace smoothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.finance.categories import NO_SPENDING, Spending
from domain.finance.transactions import Judge, Transaction

SURE_AT = 0.8
LEAST_KNOWN = 12
_TEACHERS = (Judge.OWNER, Judge.OWN_KEYWORDS, Judge.KEYWORDS)


class Likeness:
    """Learns from the owner and from keywords, never from guesses; silent until it knows enough."""

    def __init__(self, known: Sequence[Transaction]) -> None:
        taught = [each for each in known if each.judge in _TEACHERS and each.category not in NO_SPENDING]
        self._many = Counter(each.category for each in taught)
        self._words: dict[Spending, Counter[str]] = {category: Counter() for category in self._many}
        for each in taught:
            self._words[each.category].update(_words(each))
        self._vocabulary = len({word for words in self._words.values() for word in words})
        self._sizes = {category: sum(words.values()) + self._vocabulary for category, words in self._words.items()}

    def judged(self, transaction: Transaction) -> Transaction:
        """Return the transaction with its likeliest category where that is sure, else as it is.

        Money that came in is left alone: what it was for, its words do not tell.
        """
        words = [word for word in _words(transaction) if any(word in known for known in self._words.values())]
        if transaction.amount >= 0 or self._many.total() < LEAST_KNOWN or not words:
            return transaction
        scores = {category: self._score(category, words) for category in self._many}
        best = max(scores, key=lambda category: scores[category])
        share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
        return replace(transaction, category=best, judge=Judge.LOCAL) if share >= SURE_AT else transaction

    def _score(self, category: Spending, words: Sequence[str]) -> float:
        known, total = self._words[category], self._sizes[category]
        return math.log(self._many[category]) + sum(math.log((known[word] + 1) / total) for word in words)


def _words(transaction: Transaction) -> set[str]:
    """Return the words of the merchant; where the money went tells more than the town."""
    text = (transaction.merchant or transaction.description).casefold()
    return {word for word in text.replace("*", " ").split() if len(word) > 2 and not any(map(str.isdigit, word))}
