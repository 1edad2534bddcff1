"""Which way money went, where a table has one column of amounts: by their signs, and by a word beside each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.finance.amounts import sign_of

_OUT_WORDS = (
    "af debit deb d dr s soll out withdrawal purchase charge expense spending spent uit lastschrift belastung ausgabe "
    "ausgang débit retrait achat cargo adeudo gasto addebito uscita dare debet keluar 支出 借 借方 出金 출금"
)
_INTO_WORDS = (
    "bij credit cr c h haben in deposit income refund gutschrift eingang einnahme crédit dépôt remboursement abono "
    "ingreso accredito entrata avere masuk 收入 贷 贷方 貸方 入金 입금"
)
_OUT = {*_OUT_WORDS.split(), "paid out", "money out", "card purchase", "cash withdrawal", "atm withdrawal"}
_INTO = {*_INTO_WORDS.split(), "paid in", "money in"}
_MONEY = re.compile(r"[1-9]")


@dataclass(frozen=True, slots=True)
class Sides:
    """How a table tells money out from money in; `doubt` says why it does not.

    `turn` is -1 where what was spent is printed as plus, as the words show. `by_word` tells that what bears no sign
    goes as the word beside it says, and `unsaid` how what has no word goes.
    """

    doubt: str = ""
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
    """Tell by the amounts of a table, each with the word beside it; `is_cards` where a column names cards."""
    rows = [(cell, said) for cell, said in rows if _MONEY.search(cell)]
    if any(sign_of(cell) < 0 for cell, _ in rows):
        return _by_signs(rows, is_cards=is_cards)
    sides = Sides(by_word=True, unsaid=_unsaid([said for _, said in rows]))
    if all(sides.tells(cell, said) for cell, said in rows):
        return sides
    doubt = "no amount in it has a sign, so that money out and money in cannot be told apart"
    return Sides(doubt, by_word=True, unsaid=sides.unsaid)


def _by_signs(rows: Sequence[tuple[str, str]], *, is_cards: bool) -> Sides:
    """Hold the signs against the words; a table that contradicts all its words, in most of its rows, is turned."""
    signs = [sign_of(cell) or 1 for cell, _ in rows]
    worded = [(sign, side) for sign, (_, said) in zip(signs, rows, strict=True) if (side := side_of(said))]
    contradicted = sum(sign != side for sign, side in worded)
    if contradicted and contradicted == len(worded) and contradicted * 2 > len(rows):
        return Sides(turn=-1)
    if contradicted:
        return Sides("the signs of its amounts contradict the words beside them")
    if is_cards and not worded and sum(signs) > 0:
        return Sides("it is a card's and most of its amounts bear no minus, so that they may be what was spent")
    return Sides()


def _unsaid(words: Sequence[str]) -> int:
    """Return how what has no word goes, where all the words say that money went the other way."""
    sides = {side_of(said) for said in words if said}
    return -sides.pop() if len(sides) == 1 else 0


def side_of(said: str) -> int:
    """Return -1 for money out, 1 for money in, 0 where the word tells neither."""
    word = " ".join(said.lower().split())
    return -1 if word in _OUT else int(word in _INTO)
