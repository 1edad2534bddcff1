"""What a round of chat costs besides the model: prompt, checks, one tool, the record of it. At most 3 ms with 15 tools.

Run it: `python tests/benchmarks/bench_chat.py [ROUNDS]`. The model is in memory and answers at once; the household
holds 200 classified mails, and the conversation is ten turns old.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from adapters.memory.model import ScriptedModel
from application.chat.tools import ALL_TOOLS
from application.ports.model import Answer, Question, Role
from domain.chat import Mode
from domain.triage import Category, Classification, Verdict
from tests.unit.chat.house import House, calls

LIMIT_MS = 3.0
TOOLS = 15
ROUNDS_PER_TURN = 2
LOOK = calls(("list_tasks", {}))
WISH = '{"intents": [{"name": "list_tasks", "arguments": {}}]}'


class Tireless(ScriptedModel):
    """Calls one tool, then answers, for ever."""

    def ask(self, question: Question) -> Answer:
        if question.schema is not None:
            return Answer(WISH if "Result of" not in question.turns[-1].text else '{"intents": []}')
        has_looked = not question.tools or any(turn.results for turn in question.turns)
        return Answer("Nothing needs you, sir.") if has_looked else LOOK


def household(folder: Path) -> House:
    house = House(folder, registry_tools=ALL_TOOLS[:TOOLS])
    ids = [house.receive(f"Letter {number}", "Good day. " * 40) for number in range(200)]
    verdict = Verdict(Category.WORK, 3, 0.9, "A letter.")
    house.store.classifications.put([Classification(id, verdict, house.clock.now()) for id in ids])
    for role in (Role.COMPOSE, Role.EXTRACT):
        house.models[role] = [Tireless(name="memory:tireless", local=False)]
    return house


def measured(house: House, mode: Mode, rounds: int) -> list[float]:
    """Return milliseconds per round of each turn."""
    conversation = house.chat.begin().id
    found = []
    for number in range(rounds // ROUNDS_PER_TURN + 10):
        if number % 10 == 0:
            conversation = house.chat.begin().id
        started = time.perf_counter()
        happened = house.talk("What is on my list today?", mode, conversation)
        found.append((time.perf_counter() - started) * 1000 / ROUNDS_PER_TURN)
        assert type(happened[-1]).__name__ == "Done"
    return found[10:]


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        house = household(Path(folder))
        print(f"{len(house.registry.all())} tools, {rounds} rounds")
        for mode in (Mode.TOOL_USE, Mode.INTENT):
            each = measured(house, mode, rounds)
            median, worst = statistics.median(each), sorted(each)[len(each) * 95 // 100]
            print(f"{mode.value:<9} {median:6.2f} ms per round, 95 % within {worst:6.2f} ms (limit {LIMIT_MS} ms)")
            slow = slow or median > LIMIT_MS
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
