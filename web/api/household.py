"""The household's persona, and what its models have cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from domain.errors import Invalid
from domain.persona import Persona
from web.api.operations import Call, Operation

LONGEST = 366


@dataclass(frozen=True, slots=True)
class UsageQuery:
    days: int = 30


@dataclass(frozen=True, slots=True)
class UsageForm:
    """US dollars and calls of one model on one UTC day."""

    day: str
    model: str
    cost: float
    calls: int


@dataclass(frozen=True, slots=True)
class UsageList:
    items: tuple[UsageForm, ...]
    next_cursor: str | None = None


def usage(call: Call) -> UsageList:
    days = call.query.days
    if not 1 <= days <= LONGEST:
        raise Invalid(f"{days} is not 1 to {LONGEST}", where="days")
    since = call.services.clock.now() - timedelta(days=days)
    rows = call.services.store.usage.by_day(since)
    return UsageList(tuple(UsageForm(day, model, round(dollars, 6), calls) for day, model, dollars, calls in rows))


def persona(call: Call) -> Persona:
    return call.services.personas.read()


def set_persona(call: Call) -> Persona:
    wanted: Persona = call.body
    if not wanted.name.strip():
        raise Invalid("a name is needed", where="name")
    call.services.personas.write(wanted)
    return wanted


OPERATIONS = (
    Operation("GET", "/api/usage", "What the models cost, by day", usage, UsageList, UsageQuery),
    Operation("GET", "/api/persona", "Who speaks", persona, Persona),
    Operation("PUT", "/api/persona", "Change who speaks", set_persona, Persona, body=Persona),
)
