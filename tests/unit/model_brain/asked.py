"""A household whose mail a model judges, and models that answer as they are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.model import ScriptedModel
from application.models.budget import Budget
from application.models.models import Breaker, Models
from application.ports.model import Answer, LanguageModel, Question, Role
from application.triage.model_brain import ModelBrain
from domain.errors import SignInAgain
from domain.messages import Address, Label, Mail, Message
from domain.privacy import Privacy
from domain.recipients import Acquaintances
from domain.triage import Verdict
from tests.unit.chat.house import NOW, ZONE, Clock

STEERED = {"c": "newsletter", "p": 5, "k": 0.99}
KEY_REFUSED = SignInAgain("the key is refused", account="claude")


def mail(number: int, text: str = "", *, account: str = "gmail", subject: str = "") -> Message:
    return Message(
        id=f"{account}:{number}",
        account=account,
        provider="memory",
        source=f"{account}/mail",
        thread_id=f"t{number}",
        sent_at=NOW,
        received_at=NOW,
        sender=Address("Ann", "ann@acme.example"),
        to=(Address("Jo", "jo@wayne.example"),),
        subject=subject or f"Letter {number}",
        body=Mail(text or f"Body of {number}."),
        labels=frozenset({Label.INBOX}),
    )


def item(number: int, **changes: object) -> dict[str, object]:
    return {"n": number, "c": "work", "p": 3, "s": f"Letter {number} in short", "a": [], "f": None, "k": 0.9, **changes}


def how_many(question: Question) -> int:
    return len(re.findall(r'<data from="message', question.turns[0].text))


def numbers(question: Question) -> list[int]:
    """Return the numbers that the messages bear in this call."""
    return [int(n) for n in re.findall(r'<data from="message (\d+)"', question.turns[0].text)]


def saying(*items: object) -> Callable[[Question], Answer]:
    """Answer with `items`, their n counting the messages from 1."""

    def answer(question: Question) -> Answer:
        shown = dict(enumerate(numbers(question), 1))
        form = [each | {"n": shown.get(each["n"], 0)} if isinstance(each, dict) else each for each in items]
        return Answer(json.dumps({"items": form}), model="memory:m")

    return answer


def obliging(question: Question) -> Answer:
    """Answer for every message in good form."""
    return saying(*(item(n + 1, s="In short") for n in range(how_many(question))))(question)


class World:
    def __init__(self) -> None:
        self.store = MemoryStore()
        self.privacy: dict[str, Privacy] = {}
        self.line: list[LanguageModel] = []
        self.breaker = Breaker()
        models = Models(self.store, Clock(), ZONE, lambda: {Role.CLASSIFY: self.line}, Budget())
        self.near = LocalBrain(ZONE)
        self.brain = ModelBrain(
            models,
            self.breaker,
            lambda account: self.privacy.get(account, Privacy.ANY),
            ZONE,
            self.near,
            lambda: Acquaintances(frozenset({"acme.example", "gmail.com"}), frozenset({"kin@gmail.com"})),
        )

    def model(self, *script: object, local: bool = False) -> ScriptedModel:
        model = ScriptedModel(script, f"memory:m{len(self.line)}", local=local)  # type: ignore[arg-type]
        self.line.append(model)
        return model

    def judge(self, *messages: Message) -> list[Verdict | None]:
        return self.brain.judge(messages, NOW)
