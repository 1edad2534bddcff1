"""Which way round a card's statement stands: what it spent, or what was paid for it, may be printed as plus."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from domain.finance.statements import AccountKind, Statement

_PAID = re.compile(
    r"^payment$|\b(?:payment received|autopay|direct debit|refund|thank you|zahlungseingang|zahlung erhalten|"
    r"lastschrift|einzug|gutschrift|rückerstattung|votre paiement|paiement reçu|prélèvement|su pago|"
    r"pago recibido|abono|accredito)\b|还款|還款|入金"
)
"""What is said of money that comes in on a card; a merchant's name may hold the bare word of a payment as well."""


def turned(statement: Statement) -> Statement:
    """Return a statement of which every amount and balance means the opposite."""
    transactions = tuple(
        replace(each, amount=-each.amount, balance=None if each.balance is None else -each.balance)
        for each in statement.transactions
    )
    opening, closing = -(statement.opening or Decimal(0)), -(statement.closing or Decimal(0))
    return replace(statement, opening=opening, closing=closing, transactions=transactions)


def may_be_turned(statement: Statement) -> bool:
    """Tell whether the amounts may mean the opposite: a card owes what it did, and no payment shows which are in."""
    if statement.kind is not AccountKind.CARD or statement.opening != statement.closing or statement.moved():
        return False
    paid = [each.amount > 0 for each in statement.transactions if _PAID.search(each.description.lower())]
    return not (paid and all(paid))
