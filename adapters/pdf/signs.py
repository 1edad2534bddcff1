"""Which amounts are money in and which are money out, by print, by column, by wording, and always by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple


class Unsigned(NamedTuple):
    """An amount with what is known of its sign: `sign` from print or column, `wording` from the words, 0 if not."""

    value: Decimal
    sign: int
    wording: int


def signed(
    amounts: Sequence[Unsigned], opening: Decimal, closing: Decimal, checkpoints: Mapping[int, Decimal]
) -> tuple[Decimal, ...] | None:
    """Return the amounts with their signs such that every balance is met, or nothing where that is not certain.

    `checkpoints` holds the balance after the amount of that index.
    """
    result: list[Decimal] = []
    at, begin = opening, 0
    stops = {**checkpoints, len(amounts) - 1: checkpoints.get(len(amounts) - 1, closing)}
    for index in sorted(stops):
        group = _group(amounts[begin : index + 1], stops[index] - at)
        if group is None:
            return None
        result += group
        at, begin = stops[index], index + 1
    return tuple(result) if at == closing else None


def _group(amounts: Sequence[Unsigned], difference: Decimal) -> tuple[Decimal, ...] | None:
    """Return the amounts where each has a sign and they meet the difference; a single one may have its from that.

    To try the signs of several would find one that adds up by chance where a line is lost.
    """
    if len(amounts) == 1 and not amounts[0].sign:
        return (difference,) if abs(difference) == amounts[0].value else None
    known = tuple(each.value * (each.sign or each.wording) for each in amounts)
    is_known = all(moved or not each.value for moved, each in zip(known, amounts, strict=True))
    return known if is_known and sum(known) == difference else None
