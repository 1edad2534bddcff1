"""Decides what a make-believe model answers: the script first, then the household's key, then plain rules."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from sandbox.misbehaviour import Fault, Kind
from sandbox.perfect import butler, filling, intents, triage
from sandbox.perfect.asked import Asked
from sandbox.perfect.reply import Call, Reply
from sandbox.perfect.triage import AnswerKey

PERFECT = "sandbox-perfect"
Turn = Reply | str | Callable[[Asked], Reply]
_UNHEARD_OF = Call("launch_rocket", {"target": "moon"})


class Mind:
    """Stands for a perfect model. What it says without a script it says under the name `sandbox-perfect`."""

    def __init__(self, key: AnswerKey | None = None) -> None:
        self.key = key or AnswerKey({})
        self._script: deque[Turn] = deque()
        self._lock = threading.Lock()

    def follow(self, turns: Iterable[Turn]) -> None:
        """Answer the next requests with these, one each."""
        with self._lock:
            self._script.extend(turns)

    def reply(self, asked: Asked, faults: tuple[Fault, ...] = ()) -> Reply:
        """The answer, spoilt as the faults want it."""
        kinds = {fault.kind for fault in faults}
        if Kind.TOOL_LOOP in kinds and asked.tools:
            return Reply(calls=(_call_of(asked),))
        if Kind.UNKNOWN_TOOL in kinds and asked.tools:
            return Reply(calls=(_UNHEARD_OF,))
        if Kind.WRONG_ARGUMENTS in kinds and asked.tools:
            return Reply(calls=(Call(asked.tools[0].name, {"nonsense": [1, 2, 3]}),))
        return self._honest(asked)

    def _honest(self, asked: Asked) -> Reply:
        with self._lock:
            turn = self._script.popleft() if self._script else None
        if turn is None:
            return replace(self._perfect(asked), model=PERFECT)
        if isinstance(turn, str):
            return Reply(turn)
        return turn if isinstance(turn, Reply) else turn(asked)

    def _perfect(self, asked: Asked) -> Reply:
        if asked.schema is not None:
            return Reply(triage.answer(asked, self.key) if triage.concerns(asked) else intents.answer(asked))
        return butler.reply(asked)


def _call_of(asked: Asked) -> Call:
    offer = asked.tools[0]
    return Call(offer.name, filling.arguments(offer, asked.last_words, ()))
