"""The owner's word on how a message is sorted, and what follows from it."""

from __future__ import annotations

from application.proposing.rule_book import SORTED_BACK, SORTED_OTHERWISE, RuleBook
from application.triage.triage import Triage
from domain.triage import Category, Classification


class Correcting:
    """Sorts a message as the owner says, and lets the rules look at it again."""

    def __init__(self, triage: Triage, rule_book: RuleBook) -> None:
        self._triage = triage
        self._rule_book = rule_book

    def correct(self, message_id: str, category: Category | None, priority: int | None) -> Classification:
        """Set the owner's word; what rules proposed for the old one is withdrawn, and they propose anew."""
        classification = self._triage.correct(message_id, category, priority)
        self._rule_book.reconsider(message_id, SORTED_OTHERWISE)
        return classification

    def take_back(self, message_id: str) -> Classification | None:
        """Take the owner's word back: the brains, and then the rules, judge anew."""
        classification = self._triage.take_back(message_id)
        self._rule_book.reconsider(message_id, SORTED_BACK)
        return classification
