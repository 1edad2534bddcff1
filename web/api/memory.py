"""What Alfred remembers of the owner."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kinds import Kind
from domain.own_records import NewFact
from domain.tasks import Fact
from web.api.operations import Call, Operation
from web.api.own_word import carry_out


@dataclass(frozen=True, slots=True)
class FactList:
    items: tuple[Fact, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class FactForm:
    """What to remember, in the owner's own words."""

    fact: str


def list_facts(call: Call) -> FactList:
    return FactList(call.services.store.memory.all())


def remember(call: Call) -> Fact:
    said: str = call.body.fact
    action = carry_out(call, Kind.REMEMBER, None, NewFact(fact=said, quote=said))
    return next(fact for fact in call.services.store.memory.all() if fact.id == action.id)


def forget(call: Call) -> None:
    call.services.store.memory.forget(call.path["id"])


OPERATIONS = (
    Operation("GET", "/api/memory", "Facts about the owner", list_facts, FactList),
    Operation("POST", "/api/memory", "Remember", remember, Fact, body=FactForm, status=201),
    Operation("DELETE", "/api/memory/{id}", "Forget", forget, status=204),
)
