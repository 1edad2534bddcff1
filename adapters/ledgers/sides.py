"""Which way money went, where a table has one column of amounts: by their signs, and by a word beside each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.finance.amounts import sign_of

_DEBIT_MARKS = "af debit deb d dr s soll out uit débit debet 支出 借 借方 出金 출금"
_CREDIT_MARKS = "bij credit cr c h haben in crédit 收入 贷 贷方 貸方 入金 입금"
"""They tell the two ways apart and say nothing else."""

_OUT_WORDS = (
    "withdrawal purchase expense spending spent lastschrift belastung ausgabe ausgang retrait achat cargo adeudo gasto "
    "addebito uscita dare keluar"
)
_INTO_WORDS = (
    "deposit income refund gutschrift eingang einnahme dépôt remboursement abono ingreso accredito entrata avere masuk"
)
_DEBIT, _CREDIT = set(_DEBIT_MARKS.split()), set(_CREDIT_MARKS.split())
_OUT = {*_DEBIT, *_OUT_WORDS.split(), "paid out", "money out", "card purchase", "cash withdrawal", "atm withdrawal"}
_INTO = {*_CREDIT, *_INTO_WORDS.split(), "paid in", "money in"}
_BOUGHT = _DEBIT | {"purchase", "card purchase"}
_PAID = _CREDIT | {"payment"}
_MONEY = re.compile(r"[1-9]")
_MOST_NAMED = 3

_WITH_SIGNS = "export it as OFX or CAMT, or give it a column Type that says In or Out in each row"
_NO_SIGN = f"no amount in it has a sign, so that money out and money in cannot be told apart; {_WITH_SIGNS}"
_OF_CARDS = f"it is a card's and no word beside its amounts tells whether plus is what was spent; {_WITH_SIGNS}"


@dataclass(frozen=True, slots=True)
class Sides:
    """How a table tells money out from money in; `doubt` says why it does not, and what helps.

    `may_be_turned` tells that balances do not end the doubt, as they add up turned around as well. `turn` is -1 where
    what was spent is printed as plus, as the words show. `by_word` tells that what bears no sign goes as the word
    beside it says, and `unsaid` how what has no word goes.
    """

    doubt: str = ""
    may_be_turned: bool = False
    turn: int = 1
    by_word: bool = False
    unsaid: int = 0

    def meant(self, amount: Decimal, cell: str, said: str) -> Decimal:
        """Return an amount as its owner sees it; `cell` is how it is printed, `said` the word beside it."""
        is_out = self.by_word and not sign_of(cell) and self._side(said) < 0
        return -amount if is_out else amount * self.turn

    def tells(self, cell: str, said: str) -> bool:
        return bool(sign_of(cell) or self._side(said))

    def _side(self, said: str) -> int:
        return side_of(said) if said else self.unsaid


def sides_of(rows: Sequence[tuple[str, str]], *, is_cards: bool) -> Sides:
    """Tell by the amounts of a table, each with the word beside it; `is_cards` where its rows name cards."""
    rows = [(cell, _word(said)) for cell, said in rows if _MONEY.search(cell)]
    if any(sign_of(cell) < 0 for cell, _ in rows):
        return _by_signs(rows, is_cards=is_cards)
    sides = Sides(by_word=True, unsaid=0 if is_cards else _unsaid({word for _, word in rows if word}))
    if all(sides.tells(cell, word) for cell, word in rows):
        return sides
    return Sides(_NO_SIGN, may_be_turned=is_cards, by_word=True, unsaid=sides.unsaid)


def _by_signs(rows: Sequence[tuple[str, str]], *, is_cards: bool) -> Sides:
    """Hold the signs against the words; a table that contradicts all its words, in most of its rows, may be turned."""
    worded = [(cell, word) for cell, word in rows if side_of(word)]
    contradicting = [(cell, word) for cell, word in worded if _signed(cell) != side_of(word)]
    if not contradicting:
        return Sides(_OF_CARDS, may_be_turned=True) if is_cards and not worded else Sides()
    is_unanimous = len(contradicting) == len(worded)
    if is_unanimous and len(contradicting) * 2 > len(rows) and _is_turned(rows, is_cards=is_cards):
        return Sides(turn=-1)
    return Sides(_contradiction(contradicting), may_be_turned=is_cards or is_unanimous)


def _is_turned(rows: Sequence[tuple[str, str]], *, is_cards: bool) -> bool:
    """Tell whether plus is what was spent: on a card, or where what was bought is plus and what paid for it minus.

    Refunds alone show nothing, as a seller's are money out.
    """
    is_spent_plus = any(_signed(cell) > 0 and word in (_OUT if is_cards else _BOUGHT) for cell, word in rows)
    return is_spent_plus and (is_cards or any(_signed(cell) < 0 and word in _PAID for cell, word in rows))


def _signed(cell: str) -> int:
    return sign_of(cell) or 1


def _contradiction(rows: Sequence[tuple[str, str]]) -> str:
    named = ", ".join(f"{word} {cell}" for cell, word in rows[:_MOST_NAMED])
    more = f" and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else ""
    return (
        f"the signs of its amounts contradict the words beside them ({named}{more}); "
        "where the signs are right, mend it by its balances, else export it as OFX or CAMT"
    )


def _unsaid(words: set[str]) -> int:
    """Return how what has no word goes, where all the words are marks for the other way."""
    if not words:
        return 0
    return 1 if words <= _DEBIT else -int(words <= _CREDIT)


def _word(said: str) -> str:
    return " ".join(said.lower().split())


def side_of(said: str) -> int:
    """Return -1 for money out, 1 for money in, 0 where the word tells neither."""
    word = _word(said)
    return -1 if word in _OUT else int(word in _INTO)
