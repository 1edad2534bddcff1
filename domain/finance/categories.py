"""What money was spent on, and how people call it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Spending(StrEnum):
    """The category of a transaction. `transfer` moves money between one's own accounts and is no spending."""

    GROCERIES = "groceries"
    DINING = "dining"
    TRANSPORT = "transport"
    TRAVEL = "travel"
    HOUSING = "housing"
    UTILITIES = "utilities"
    HEALTH = "health"
    INSURANCE = "insurance"
    SHOPPING = "shopping"
    ENTERTAINMENT = "entertainment"
    SUBSCRIPTIONS = "subscriptions"
    EDUCATION = "education"
    GIFTS = "gifts"
    CASH = "cash"
    FEES = "fees"
    TAXES = "taxes"
    SAVINGS = "savings"
    INCOME = "income"
    TRANSFER = "transfer"
    OTHER = "other"


NO_SPENDING = frozenset({Spending.TRANSFER, Spending.INCOME, Spending.SAVINGS})
"""What is left out where spending is summed; a transfer only where something bears it out."""

GROUPS: Mapping[str, frozenset[Spending]] = {
    "food": frozenset({Spending.GROCERIES, Spending.DINING}),
    **dict.fromkeys(
        ("eating", "essen", "nourriture", "comida", "makan", "makanan"),
        frozenset({Spending.GROCERIES, Spending.DINING}),
    ),
    "car": frozenset({Spending.TRANSPORT}),
    "getting around": frozenset({Spending.TRANSPORT, Spending.TRAVEL}),
    "home": frozenset({Spending.HOUSING, Spending.UTILITIES}),
    "bills": frozenset({Spending.UTILITIES, Spending.INSURANCE, Spending.SUBSCRIPTIONS}),
    "fun": frozenset({Spending.ENTERTAINMENT, Spending.DINING, Spending.SUBSCRIPTIONS}),
}
_SYNONYMS: Mapping[str, Spending] = {
    "restaurants": Spending.DINING,
    "restaurant": Spending.DINING,
    "eating out": Spending.DINING,
    "dining out": Spending.DINING,
    "take out": Spending.DINING,
    "takeout": Spending.DINING,
    "fast food": Spending.DINING,
    "lunch": Spending.DINING,
    "dinner": Spending.DINING,
    "grocery": Spending.GROCERIES,
    "grocery shopping": Spending.GROCERIES,
    "supermarkets": Spending.GROCERIES,
    "insurances": Spending.INSURANCE,
    "books": Spending.SHOPPING,
    "taxis": Spending.TRANSPORT,
    "parking": Spending.TRANSPORT,
    "public transport": Spending.TRANSPORT,
    "holidays": Spending.TRAVEL,
    "movies": Spending.ENTERTAINMENT,
    "cinema": Spending.ENTERTAINMENT,
    "clothing": Spending.SHOPPING,
    "cash withdrawals": Spending.CASH,
    "coffee": Spending.DINING,
    "takeaway": Spending.DINING,
    "supermarket": Spending.GROCERIES,
    "grocery store": Spending.GROCERIES,
    "lebensmittel": Spending.GROCERIES,
    "miete": Spending.HOUSING,
    "loyer": Spending.HOUSING,
    "alquiler": Spending.HOUSING,
    "rent": Spending.HOUSING,
    "mortgage": Spending.HOUSING,
    "electricity": Spending.UTILITIES,
    "phone": Spending.UTILITIES,
    "internet": Spending.UTILITIES,
    "water": Spending.UTILITIES,
    "petrol": Spending.TRANSPORT,
    "fuel": Spending.TRANSPORT,
    "taxi": Spending.TRANSPORT,
    "flights": Spending.TRAVEL,
    "hotels": Spending.TRAVEL,
    "doctor": Spending.HEALTH,
    "pharmacy": Spending.HEALTH,
    "clothes": Spending.SHOPPING,
    "streaming": Spending.SUBSCRIPTIONS,
    "salary": Spending.INCOME,
    "school": Spending.EDUCATION,
    "bank fees": Spending.FEES,
    "charges": Spending.FEES,
    "donations": Spending.GIFTS,
}
_AND = re.compile(r",? and | & |, ")


def categories_called(name: str) -> frozenset[Spending]:
    """Return the categories that people mean by `name`, “food and fuel” too; empty for one that means none."""
    found = [_called(" ".join(part.split())) for part in _AND.split(name.casefold())]
    return frozenset().union(*found) if all(found) else frozenset()


def _called(wanted: str) -> frozenset[Spending]:
    if wanted in GROUPS:
        return GROUPS[wanted]
    known = {each.value for each in Spending}
    if wanted in known:
        return frozenset({Spending(wanted)})
    return frozenset({_SYNONYMS[wanted]}) if wanted in _SYNONYMS else frozenset()
