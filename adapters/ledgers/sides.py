"""Which way money went, where a table has one column of amounts and says in another, or nowhere, which way."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_MINUS = "\N{MINUS SIGN}\N{EN DASH}"
_SIGN = re.compile(rf"^\s*[-+({_MINUS}]|[-+){_MINUS}]\s*$|(?:CR|DR|[SHCD])\s*$", re.IGNORECASE)


def has_signs(amounts: Iterable[str]) -> bool:
    """Whether any of these cells says by itself which way its money went."""
    return any(_SIGN.search(each) for each in amounts)


def side_of(said: str) -> int:
    """Return -1 for money out, 1 for money in, 0 where the word tells neither."""
    word = " ".join(said.lower().split())
    return -1 if word in _OUT else int(word in _INTO)
