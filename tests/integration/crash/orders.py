"""What the owner orders in the crash tests, and the judgement of it by the provider's own record alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from tests.integration.crash.house import BEGINNING, House, Json

ON_MAIL = ("archive", "delete", "label", "reply", "forward", "draft", "send")
UNDOABLE = ("archive", "delete", "label", "draft")


@dataclass(slots=True)
class Owner:
    """Orders actions of every kind, each on a mail of its own."""

    house: House
    since: str = BEGINNING
    until: str = BEGINNING
    _numbers: Iterator[int] = field(default_factory=count)
    _mails: Iterator[int] = field(default_factory=count)

    def begin_round(self) -> None:
        """What is taken back, and judged, is what was proposed in this round and the one before."""
        self.since, self.until = self.until, datetime.now(UTC).isoformat()

    def propose(self, kinds: tuple[str, ...]) -> list[tuple[str, Json | None]]:
        """Propose through the API; return the orders that approve what was shown."""
        shown = [self.house.call("POST", "/api/actions", self.proposal(kind)) for kind in kinds]
        assert all("id" in each for each in shown), shown
        return [(f"/api/actions/{each['id']}/approve", {"digest": each["digest"]}) for each in shown]

    def proposal(self, kind: str) -> Json:
        number, vendor = next(self._numbers), self.house.vendor
        to = [f"bob{number}@example.net"]
        text = {"text": f"Letter {number}"}
        arguments: dict[str, Json] = {
            "label": {"add": [vendor.label]},
            "reply": text,
            "forward": {**text, "to": to},
            "draft": {**text, "to": to, "subject": f"Draft {number}"},
            "send": {**text, "to": to, "subject": f"Letter {number}"},
        }
        target = "" if kind in ("draft", "send") else f"{vendor.account}:m{next(self._mails)}"
        return {"kind": kind, "target": target, "account": vendor.account, "arguments": arguments.get(kind, {})}

    def automatic(self, kinds: tuple[str, ...]) -> list[tuple[str, Json | None]]:
        """Orders that need no approval: what policy leaves to Alfred is done when it is proposed."""
        return [("/api/actions", self.proposal(kind)) for kind in kinds]

    def undo_some(self, number: int) -> list[tuple[str, Json | None]]:
        """Orders that take back executed actions, of each kind in turn."""
        done = [action for action in self.house.listed("executed", self.since) if _can_be_undone(action)]
        by_kind = sorted(done, key=lambda action: (_place(action, done), action["kind"]))
        return [(f"/api/actions/{action['id']}/rollback", None) for action in by_kind[:number]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What really happened to what was approved."""

    lost: tuple[str, ...]
    twice: tuple[str, ...]
    uncertain: tuple[str, ...]
    judged: int


def judge(house: House, since: str = BEGINNING) -> Verdict:
    """Hold each action that was proposed since then and approved against the record."""
    happened = house.vendor.effects()
    lost: list[str] = []
    twice: list[str] = []
    executed, taken_back = house.listed("executed", since), house.listed("rolled_back", since)
    for action, expected in [
        *((each, 1) for each in executed if not _undoes(each)),
        *((each, 0) for each in taken_back),
    ]:
        seen = happened.of(action)
        if seen < expected:
            lost.append(f"{action['kind']} {action['id']}")
        if seen > expected:
            twice.append(f"{action['kind']} {action['id']}: {seen}")
    stands = {action["id"] for action in (*executed, *taken_back)}
    lost += [f"acknowledged {id}" for id in house.acknowledged - stands]
    lost += [f"superseded {action['id']}" for action in house.listed("superseded", since)]
    uncertain = tuple(action["id"] for action in house.listed("uncertain"))
    return Verdict(tuple(lost), tuple(twice), uncertain, len(executed) + len(taken_back))


def _undoes(action: Json) -> bool:
    return bool(action["title"].startswith("Undo: "))


def _can_be_undone(action: Json) -> bool:
    return action["kind"] in UNDOABLE and not _undoes(action)


def _place(action: Json, among: list[Json]) -> int:
    """Which of its kind it is."""
    return [each["id"] for each in among if each["kind"] == action["kind"]].index(action["id"])
