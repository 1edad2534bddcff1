"""Which amounts are money in and which are money out, by print, by column, by wording, and always by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple

_FREE = 8
"""Unsigned amounts between two balances that may be tried in every way: more would add up by chance."""

_SMALL = 3
"""So few amounts between two balances may contradict their wording, where only one way adds up."""


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
    if all(each.sign or not each.value for each in amounts):
        known = tuple(each.value * each.sign for each in amounts)
        return known if sum(known) == difference else None
    if len(amounts) == 1:
        return (difference,) if abs(difference) == amounts[0].value else None
    heeded = _only(amounts, difference, heed_wording=True)
    if heeded is None and sum(not each.sign for each in amounts) <= _SMALL:
        heeded = _only(amounts, difference, heed_wording=False)
    return heeded


def _only(amounts: Sequence[Unsigned], difference: Decimal, *, heed_wording: bool) -> tuple[Decimal, ...] | None:
    """Return the one way to meet the difference; none where there is no way, or more than one."""
    signs = [each.sign or (each.wording if heed_wording else 0) for each in amounts]
    free = [index for index, sign in enumerate(signs) if not sign and amounts[index].value]
    if len(free) > _FREE:
        return None
    rest = difference - sum(each.value * sign for each, sign in zip(amounts, signs, strict=True))
    way = _one_way([amounts[index].value for index in free], rest)
    if way is None:
        return None
    for index, sign in zip(free, way, strict=True):
        signs[index] = sign
    return tuple(each.value * sign for each, sign in zip(amounts, signs, strict=True))


def _one_way(values: Sequence[Decimal], total: Decimal) -> tuple[int, ...] | None:
    """Return the signs that make the values sum to the total, if there is just one such choice."""
    if sum(values) < abs(total):
        return None
    ways = [
        way
        for way in product((1, -1), repeat=len(values))
        if sum(value * sign for value, sign in zip(values, way, strict=True)) == total
    ]
    return ways[0] if len(ways) == 1 else None
