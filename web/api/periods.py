"""The times that questions about money are asked of."""

from __future__ import annotations

import datetime as dt

from application.finance.figures import Period
from domain.errors import Invalid
from domain.finance.categories import Spending, categories_called
from domain.finance.months import first_of, next_month
from web.api.operations import Call

USUAL_DAYS = 365


def categories_of(name: str) -> frozenset[Spending]:
    found = categories_called(name)
    if name and not found:
        raise Invalid(f"{name!r} is no category of spending", where="category")
    return found


def period_of(call: Call, month: str, since: dt.date | None, until: dt.date | None) -> Period:
    first, last = bounds_of(month, since, until)
    tomorrow = call.services.finance.today() + dt.timedelta(days=1)
    end = last or tomorrow
    return Period(first or end - dt.timedelta(days=USUAL_DAYS), end)


def bounds_of(month: str, since: dt.date | None, until: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    if not month:
        return since, until
    first = first_of(month)
    return first, next_month(first)
