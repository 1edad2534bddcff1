"""Tokens and money for sorting 1,000 mails: a full mail per call, as is usual, beside Alfred's way. At most an eighth.

Run it: `python tests/benchmarks/bench_tokens.py`. The mails are the Monday household's, reworded under many seeds. A
token is reckoned at 3.6 bytes of UTF-8 for both, which is near what English mail comes to; what is compared is a ratio.
Both ways get the same instructions and give the same answers; the usual way gives them under full names. The usual way
is shown each mail's text with what it quotes and its signature, but no markup and no headers beyond sender and subject.
Nobody here is known to the owner, which is the dearest case: mail from strangers is asked about one by one.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adapters.anthropic.models import claude
from adapters.local import LocalBrain
from adapters.memory import MemoryStore
from adapters.memory.model import ScriptedModel
from application.models.budget import Budget
from application.models.models import Breaker, Models
from application.ports.model import Answer, Question, Role, Usage
from application.triage.model_brain import SYSTEM, Compacts, ModelBrain
from domain.codec import schema_of
from domain.codes import one_time_code
from domain.messages import Message
from domain.prefilter import prefilter
from domain.privacy import Privacy
from domain.recipients import Acquaintances
from sandbox.household import Answer as Right
from sandbox.household import load
from tests.integration.test_household_triage import received
from tests.unit.chat.house import Clock

BYTES_PER_TOKEN = 3.6
MAILS = 1000
SURE_AT = 0.9
AT_MOST = 1 / 8
MODEL = "claude-haiku-5-5"
SCHEMA = json.dumps(schema_of(Compacts), separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Cost:
    calls: int
    input: float
    output: float

    @property
    def dollars(self) -> float:
        """The price of all calls, each of which is far below any band of longer prompts."""
        each = Usage(input=round(self.input / self.calls), output=round(self.output / self.calls))
        return claude(MODEL).price.of(each) * self.calls

    def told(self, name: str) -> str:
        return f"{name:<28} {self.calls:5} calls {self.input:9.0f} in {self.output:8.0f} out  ${self.dollars:.4f}"


def tokens(text: str) -> float:
    return len(text.encode()) / BYTES_PER_TOKEN


def letters() -> Iterator[tuple[Message, Right]]:
    """Yield mails with their right answers, seed after seed."""
    for seed in range(1000):
        for mail in load("monday", seed=seed, reworded=seed % 2 == 1).mails:
            if mail.answer is not None:
                yield received(mail), mail.answer


def full(message: Message) -> str:
    body = message.mail
    rest = f"{body.quoted}\n{body.signature}" if body else ""
    return f"From: {message.sender}\nSubject: {message.subject}\n\n{message.text}\n{rest}"


def long_answer(right: Right) -> str:
    due = right.due.isoformat() if right.due else None
    answer = {
        "category": right.category,
        "priority": min(right.priorities),
        "summary": "A summary of some twelve words that says what it is about.",
        "action_items": [{"text": right.action, "due": due}] if right.action else [],
        "follow_up": {"needed": right.follow_up, "by": due},
        "confidence": 0.9,
        "suspicion": "",
    }
    return json.dumps(answer, separators=(",", ":"))


def short_item(number: int, right: Right) -> dict[str, object]:
    due = right.due.isoformat() if right.due else None
    item: dict[str, object] = {
        "n": number,
        "c": right.category,
        "p": min(right.priorities),
        "s": "A summary of some twelve words that says what it is about.",
        "k": 0.9,
    }
    if right.action:
        item["a"] = [{"t": right.action, "d": due}]
    if right.follow_up:
        item["f"] = due or ""
    return item


def usual(mails: Sequence[tuple[Message, Right]]) -> Cost:
    question = sum(tokens(SYSTEM + SCHEMA + full(message)) for message, _ in mails)
    return Cost(len(mails), question, sum(tokens(long_answer(right)) for _, right in mails))


def ours(asked: Sequence[tuple[Message, Right]]) -> Cost:
    """Ask about these mails as triage does, and count the questions and what answers them rightly."""
    answer = answering({message.subject: right for message, right in asked})
    model = ScriptedModel([answer] * len(asked) * 2, local=False)
    models = Models(MemoryStore(), Clock(), ZoneInfo("UTC"), lambda: {Role.CLASSIFY: [model]}, Budget())
    brain = ModelBrain(models, Breaker(), lambda _: Privacy.ANY, ZoneInfo("UTC"), LOCAL, Acquaintances)
    verdicts = brain.judge([message for message, _ in asked], Clock().now())
    assert all(verdicts)
    given = [tokens(question.system + SCHEMA + question.turns[0].text) for question in model.questions]
    return Cost(len(given), sum(given), sum(tokens(answer(question).text) for question in model.questions))


def answering(rights: Mapping[str, Right]) -> Callable[[Question], Answer]:
    """Answer rightly for the mails that are shown, known by their subjects."""

    def answer(question: Question) -> Answer:
        shown = re.findall(r'from="message (\d+)".*\nFrom:.*\nSubject: (.*)$', question.turns[0].text, re.MULTILINE)
        items = [short_item(int(n), rights[subject]) for n, subject in shown]
        return Answer(json.dumps({"items": items}, separators=(",", ":")))

    return answer


LOCAL = LocalBrain(ZoneInfo("Asia/Kuala_Lumpur"))


def needs_model(message: Message) -> bool:
    if prefilter(message) is not None or one_time_code(message) is not None:
        return False
    (verdict,) = LOCAL.judge([message], Clock().now())
    return verdict is None or verdict.confidence < SURE_AT


def bearable(before: Cost, everything: Cost) -> float:
    """Return the share of mails that may need a model before the limit is passed."""
    return AT_MOST * (before.input + before.output) / (everything.input + everything.output)


def main() -> int:
    mails = [letter for letter, _ in zip(letters(), range(MAILS), strict=False)]
    before, everything = usual(mails), ours([each for each in mails if one_time_code(each[0]) is None])
    hard = [each for each in mails if needs_model(each[0])]
    after = ours(hard)
    share = (after.input + after.output) / (before.input + before.output)
    print(f"{len(mails)} mails, {BYTES_PER_TOKEN} bytes a token, prices of {MODEL}")
    print(before.told("one full mail per call"))
    print(everything.told("ten short ones, no ladder"))
    print(after.told("Alfred"))
    print(f"{len(hard)} mails reach the model; the limit holds while at most {bearable(before, everything):.0%} do")
    print(f"{share:.1%} of the tokens, {after.dollars / before.dollars:.1%} of the money; at most {AT_MOST:.1%}")
    return int(share > AT_MOST or after.dollars / before.dollars > AT_MOST)


if __name__ == "__main__":
    sys.exit(main())
