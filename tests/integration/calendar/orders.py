"""What the owner orders in his calendar, and the judgement of it by what the make-believe vendor wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sandbox.record import Mutation
from tests.integration.calendar.house import BEGIN, GUEST, HOUR
from tests.integration.crash.house import BEGINNING, OWNER, House, Json
from tests.integration.crash.orders import Verdict
from tests.integration.crash.wire import HeldUpMicrosoft

KINDS = ("create_event", "update_event", "delete_event", "respond_event")
_ANSWERED = "accepted"


@dataclass(slots=True)
class CalendarOwner:
    """Orders actions of every kind, each on an event of its own."""

    house: House
    since: str = BEGINNING
    until: str = BEGINNING
    _numbers: Iterator[int] = field(default_factory=count)
    _own: Iterator[int] = field(default_factory=lambda: count(0, 2))
    _invitations: Iterator[int] = field(default_factory=lambda: count(1, 2))

    def begin_round(self) -> None:
        """What is taken back, and judged, is what was proposed in this round and the one before."""
        self.since, self.until = self.until, datetime.now(UTC).isoformat()

    def propose(self, kinds: Sequence[str] = KINDS) -> list[tuple[str, Json | None]]:
        """Propose through the API, each kind twice; return the orders that approve what was shown."""
        wanted = [self.proposal(kind) for kind in kinds for _ in range(2)]
        shown = [self.house.call("POST", "/api/actions", each) for each in wanted]
        assert not (refused := [each for each in shown if "id" not in each]), refused
        return [(f"/api/actions/{each['id']}/approve", {"digest": each["digest"]}) for each in shown]

    def proposal(self, kind: str) -> Json:
        number, account = next(self._numbers), self.house.vendor.account
        start = BEGIN + number * HOUR
        times = {"start": start.isoformat(), "end": (start + HOUR).isoformat()}
        arguments: dict[str, Json] = {
            "create_event": {"title": f"New {number}", **times, "zone": "UTC", "attendees": [GUEST]},
            "update_event": {"title": f"Changed {number}", **times},
            "respond_event": {"response": _ANSWERED},
        }
        if kind == "create_event":
            target = ""
        else:
            target = f"{account}:event{next(self._invitations if kind == 'respond_event' else self._own):04}"
        return {"kind": kind, "target": target, "account": account, "arguments": arguments.get(kind, {})}

    def undo_some(self, number: int) -> list[tuple[str, Json | None]]:
        """Orders that take back executed actions, of each kind in turn."""
        done = [action for action in self.house.listed("executed", self.since) if not _undoes(action)]
        places: dict[str, Iterator[int]] = {}
        in_turn = sorted(done, key=lambda each: next(places.setdefault(each["kind"], count())))
        return [(f"/api/actions/{action['id']}/rollback", None) for action in in_turn[:number]]


def judge(house: House, since: str = BEGINNING) -> Verdict:
    """Hold each action that was proposed since then and approved against the record."""
    executed, taken_back = house.listed("executed", since), house.listed("rolled_back", since)
    expected = [*((each, 1) for each in executed if not _undoes(each)), *((each, 0) for each in taken_back)]
    record = list(house.vendor.record)
    seen = [(action, number, effects_of(action, record)) for action, number in expected]
    doubted = [each for each in house.listed("uncertain") if not _undoes(each)]
    may_be_undone = {each["undoes"] for each in house.listed("uncertain") if _undoes(each)}
    done = [*seen, *((action, 1, effects_of(action, record)) for action in doubted)]
    stands = {action["id"] for action in (*executed, *taken_back)}
    lost = [
        _named(action) for action, number, effects in seen if effects < number and action["id"] not in may_be_undone
    ]
    lost += [f"acknowledged {id}" for id in house.acknowledged - stands]
    lost += [f"superseded {action['id']}" for action in house.listed("superseded", since)]
    return Verdict(
        tuple(lost),
        tuple(f"{_named(action)}: {effects}" for action, number, effects in done if effects > number),
        tuple(action["id"] for action in house.listed("uncertain") if not _may_be_doubted(house, action)),
        len(executed) + len(taken_back),
    )


def _may_be_doubted(house: House, action: Json) -> bool:
    """An answer that Outlook does not show may be given or not: only there the owner is asked."""
    return action["kind"] == "respond_event" and isinstance(house.vendor, HeldUpMicrosoft)


def effects_of(action: Json, record: Sequence[Mutation]) -> int:
    """How often what the action is for stands done: once more for each time that it was done while it stood.

    What is told to an organizer by itself may not be taken back twice either.
    """
    again, stands = 0, False
    for mutation in record:
        told = _says(action, mutation)
        if told is None:
            continue
        again += told == stands and (told or "organizerTold" in mutation.state)
        stands = told
    return int(stands) + again


def _says(action: Json, mutation: Mutation) -> bool | None:
    """Whether a mutation did what the action is for (or took it back); None for one that is no business of its."""
    state: Any = mutation.state
    title, id = state.get("summary", state.get("subject")), action["target"].partition(":")[2]
    removed = bool(state.get("deleted") or state.get("status") == "cancelled")
    match action["kind"]:
        case "create_event":
            return not removed if title == action["arguments"]["title"] else None
        case "update_event":
            return bool(title == action["arguments"]["title"]) if mutation.resource == id else None
        case "delete_event":
            written_anew = mutation.method.endswith("create") and title == f"Event {int(id[-4:])}"
            return removed if mutation.resource == id or written_anew else None
    return _answer(state) == _ANSWERED if mutation.resource == id else None


def _answer(state: Any) -> str:
    """What the owner answered, as Google or Microsoft keeps it."""
    return str(state["response"] if "response" in state else state["attendees"][OWNER])


def _named(action: Json) -> str:
    return f"{action['kind']} {action['id']}"


def _undoes(action: Json) -> bool:
    return bool(action["title"].startswith("Undo: "))
