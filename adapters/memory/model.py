"""A language model that follows a script, and an embedder by letters; both in memory."""

from __future__ import annotations

import math
import re
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from application.ports.model import Answer, Embedder, LanguageModel, Piece, Price, Question
from domain.errors import AlfredError, TryLater

Line = str | Answer | AlfredError | Callable[[Question], Answer]
_WORDS = re.compile(r"\S+\s*|\s+")
_GRAM = 3


class ScriptedModel(LanguageModel):
    """Answers with one line of its script per question, and keeps the questions.

    A line is a text, an answer, an error to raise, or a function of the question. `cut_after` breaks the next streams
    off after so many pieces.
    """

    def __init__(
        self,
        script: Iterable[Line] = (),
        name: str = "memory:scripted",
        *,
        local: bool = True,
        price: Price | None = None,
    ) -> None:
        self.name = name
        self.local = local
        self.price = price or Price()
        self.questions: list[Question] = []
        self.cut_after: int | None = None
        self.closed_early = 0
        self._script = deque(script)
        self._lock = threading.Lock()

    def follow(self, *lines: Line) -> None:
        """Add lines to the script."""
        self._script.extend(lines)

    def ask(self, question: Question) -> Answer:
        with self._lock:
            self.questions.append(question)
            line = self._script.popleft() if self._script else TryLater("the script is at its end")
        if isinstance(line, AlfredError):
            raise line
        if isinstance(line, str):
            return Answer(line, model=self.name)
        return line if isinstance(line, Answer) else line(question)

    def stream(self, question: Question) -> Iterator[Piece]:
        answer = self.ask(question)
        whole = False
        try:
            for place, word in enumerate(_WORDS.findall(answer.text)):
                if place == self.cut_after:
                    raise TryLater("the answer did not arrive whole", code="cut_off")
                yield Piece(word)
            whole = True
            yield Piece(answer=answer)
        finally:
            self.closed_early += not whole


class LettersEmbedder(Embedder):
    """Texts that share letters in threes are near; it knows no meaning."""

    name = "memory:letters"
    local = True

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> tuple[float, ...]:
        padded = f"  {text.lower()} "
        counts = [0.0] * self._dimensions
        for place in range(len(padded) - _GRAM + 1):
            counts[zlib.crc32(padded[place : place + _GRAM].encode()) % self._dimensions] += 1.0
        length = math.sqrt(sum(each * each for each in counts)) or 1.0
        return tuple(each / length for each in counts)
