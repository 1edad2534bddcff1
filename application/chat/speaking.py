"""A model's answer, told while it is being written."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from application.chat.turn import Task, Text
from application.models.models import Models
from application.ports.model import Answer, LanguageModel, Question
from domain.errors import TryLater


def spoken(models: Models, model: LanguageModel, question: Question, task: Task) -> Generator[Text, None, Answer]:
    """Yield the words as they come, and return the whole answer.

    Raises `Cancelled` once the owner cuts the turn short, and `TryLater` where the answer was cut off.
    """
    ended: Answer | None = None
    with closing(models.stream(model, question, "chat")) as pieces:
        for piece in pieces:
            task.check()
            ended = piece.answer or ended
            if piece.text:
                yield Text(piece.text)
    if ended is None:
        raise TryLater("the model's answer was cut off", code="cut_off")
    return ended
