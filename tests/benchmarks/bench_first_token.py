"""How long a model's first word takes from the model server to a client of the API. At most 50 ms.

Run it: `python tests/benchmarks/bench_first_token.py [QUESTIONS]`. The daemon runs in a process of its own on the
Monday household; the make-believe Claude, in this one, sends a word every 20 ms. The clock is read just before its
first word is handed to the socket, and again when the event with that word is read from the API's stream.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from sandbox.anthropic import KEY, AnthropicServer
from tests.browser.house import House

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT_MS = 50.0
WARM_UP = 3
FIRST = "Marmalade"
BETWEEN_WORDS = 0.02
WORDS = f"{FIRST} is all that needs you this morning, sir, and the kettle."


class Noting(AnthropicServer):
    """Notes when the first word of the latest answer was sent."""

    first_word: float | None = None

    def app(self) -> ASGIApp:
        inner = super().app()

        async def noting(scope: Scope, receive: Receive, send: Send) -> None:
            async def sender(message: Message) -> None:
                if self.first_word is None and b"text_delta" in message.get("body", b""):
                    self.first_word = time.perf_counter()
                await send(message)

            await inner(scope, receive, sender)

        return noting


def delay(house: House, model: Noting, conversation: str) -> float:
    """Ask once; return milliseconds between the first word's leaving and its coming."""
    model.script([WORDS])
    model.first_word = None
    form = {"text": "What needs me?", "mode": "tool_use"}
    came = None
    with house.api.stream("POST", f"/api/conversations/{conversation}/messages", json=form) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            if came is None and line.startswith("data: ") and FIRST in line:
                came = time.perf_counter()
            assert line != "event: error"
    assert came is not None
    assert model.first_word is not None
    return (came - model.first_word) * 1000


def measured(questions: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder, Noting() as model:
        settings = {"ANTHROPIC_API_KEY": KEY, "ALFRED_ANTHROPIC__BASE_URL": model.base_url}
        with House(Path(folder) / "home", settings) as house:
            model.misbehave("slow", method="messages.create", seconds=BETWEEN_WORDS)
            conversation = house.call("POST", "/api/conversations")["id"]
            return [delay(house, model, conversation) for _ in range(WARM_UP + questions)][WARM_UP:]


def main() -> int:
    found = sorted(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
    median, late = statistics.median(found), found[len(found) * 95 // 100]
    print(f"{'first word':<12} {'median':>9} {'95 %':>9} {'worst':>9} {'limit':>9}")
    print(f"{'':<12} {median:>6.1f} ms {late:>6.1f} ms {found[-1]:>6.1f} ms {LIMIT_MS:>6.1f} ms")
    return int(late > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
