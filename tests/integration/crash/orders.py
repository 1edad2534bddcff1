"""What the owner orders in the crash tests, and the judgement of it by the make-believe Google's record alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sandbox.google import GoogleServer
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
        return [(f"/api/actions/{each['id']}/approve", {"digest": each["digest"]}) for each in shown]

    def proposal(self, kind: str) -> Json:
        number = next(self._numbers)
        to = [f"bob{number}@example.net"]
        text = {"text": f"Letter {number}"}
        arguments: dict[str, Json] = {
            "label": {"add": ["starred"]},
            "reply": text,
            "forward": {**text, "to": to},
            "draft": {**text, "to": to, "subject": f"Draft {number}"},
            "send": {**text, "to": to, "subject": f"Letter {number}"},
        }
        target = "" if kind in ("draft", "send") else f"gmail:m{next(self._mails)}"
        return {"kind": kind, "target": target, "account": "gmail", "arguments": arguments.get(kind, {})}

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
    happened = Record(house.google)
    lost: list[str] = []
    twice: list[str] = []
    executed, taken_back = house.listed("executed", since), house.listed("rolled_back", since)
    for action, expected in [
        *((each, 1) for each in executed if not _undoes(each)),
        *((each, 0) for each in taken_back),
    ]:
        seen = happened.effects_of(action)
        if seen < expected:
            lost.append(f"{action['kind']} {action['id']}")
        if seen > expected:
            twice.append(f"{action['kind']} {action['id']}: {seen}")
    stands = {action["id"] for action in (*executed, *taken_back)}
    lost += [f"acknowledged {id}" for id in house.acknowledged - stands]
    lost += [f"superseded {action['id']}" for action in house.listed("superseded", since)]
    uncertain = tuple(action["id"] for action in house.listed("uncertain"))
    return Verdict(tuple(lost), tuple(twice), uncertain, len(executed) + len(taken_back))


class Record:
    """What the make-believe Google wrote down."""

    def __init__(self, google: GoogleServer) -> None:
        self.sent: Counter[str] = Counter()
        self.drafts: Counter[str] = Counter()
        self.labels: dict[str, set[str]] = {}
        named: dict[str, str] = {}
        for mutation in google.record:
            method = mutation.method.removeprefix("gmail.users.")
            state: Any = mutation.state
            if method == "drafts.create":
                named[mutation.resource] = state["headers"]["Message-ID"]
                self.drafts[named[mutation.resource]] += 1
            elif method in ("drafts.send", "drafts.delete"):
                self.drafts[named[mutation.resource]] -= 1
                self.sent[named[mutation.resource]] += method == "drafts.send"
            elif "labelIds" in state:
                self.labels[mutation.resource] = set(state["labelIds"])

    def effects_of(self, action: Json) -> int:
        """How often what the action is for stands done."""
        if action["kind"] in ("send", "reply", "forward"):
            return self.sent[action["arguments"]["message_id"]] + self.drafts[action["arguments"]["message_id"]]
        if action["kind"] == "draft":
            return self.drafts[action["arguments"]["message_id"]]
        labels = self.labels.get(action["target"].removeprefix("gmail:"), {"INBOX"})
        done = {"archive": "INBOX" not in labels, "delete": "TRASH" in labels, "label": "STARRED" in labels}
        return int(done[action["kind"]])


def _undoes(action: Json) -> bool:
    return action["title"].startswith("Undo: ")


def _can_be_undone(action: Json) -> bool:
    return action["kind"] in UNDOABLE and not _undoes(action)


def _place(action: Json, among: list[Json]) -> int:
    """Which of its kind it is."""
    return [each["id"] for each in among if each["kind"] == action["kind"]].index(action["id"])
