"""What Alfred remembers of the owner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import NotFound
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


def show_fact(call: Call) -> Fact:
    id = call.path["id"]
    found = next((fact for fact in call.services.store.memory.all() if fact.id == id), None)
    if found is None:
        raise NotFound(f"there is no fact {id}")
    return found


def remember(call: Call) -> Fact:
    said: str = call.body.fact
    action = carry_out(call, Kind.REMEMBER, None, NewFact(fact=said, quote=said))
    return next(fact for fact in call.services.store.memory.all() if fact.id == action.id)


def put_right(call: Call) -> Fact:
    said: str = call.body.fact
    changed = replace(show_fact(call), fact=said, quote=said, learnt_at=call.services.clock.now())
    call.services.store.memory.put(changed, call.services.embedder.embed([said])[0])
    return changed


def forget(call: Call) -> None:
    call.services.store.memory.forget(call.path["id"])


OPERATIONS = (
    Operation("GET", "/api/memory", "Facts about the owner", list_facts, FactList),
    Operation("POST", "/api/memory", "Remember", remember, Fact, body=FactForm, status=201),
    Operation("GET", "/api/memory/{id}", "One fact", show_fact, Fact),
    Operation("PUT", "/api/memory/{id}", "Say it anew", put_right, Fact, body=FactForm),
    Operation("DELETE", "/api/memory/{id}", "Forget", forget, status=204),
)
