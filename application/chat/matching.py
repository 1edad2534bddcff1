"""Answers common questions at once, with no model: the matcher finds the tool, the results are the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from application.chat.carrying_on import AGENDA, carried_on, day_asked_before, is_of_the_calendars
from application.chat.registry import Registry
from application.chat.turn import Round, Task, Text, ToolUsed, use_tool
from application.ports.matcher import BEFORE, IntentMatcher, Match, Talk
from domain.chat import Role
from domain.persona import Persona
from domain.privacy import Reader

_PLACE = re.compile(r"^(?:arguments\.\w+|name): ")
_NEVER_MIND = re.compile(
    r"(?:no|nothing|never ?mind|cancel|forget it|leave it|quit|exit|nein|nichts|egal|abbrechen|non|rien|nada)[.! ]*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:and|what about|how about) ", re.IGNORECASE)
SURE_AT = 0.3
CLEAR_AT = 0.8
MOST_LINES = 12
CANNOT = (
    "I cannot do that without a model, {address}. I can tell what matters today, read and change your calendars, "
    "search the mail, look into your books, list what waits for your approval, and keep tasks, reminders and memories; "
    "for the rest, set up a model."
)
DROPPED = "Very good, {address}; I leave it at that."
MODEL_AWAY = "The model is out of reach, {address}; this is what I can tell without it.\n\n"
_TALK = {
    Talk.GREETING: "At your service, {address}. Ask what needs you, or what I can do.",
    Talk.THANKS: "My pleasure, {address}.",
    Talk.FAREWELL: "Very good, {address}. I shall keep watch.",
    Talk.HALT: (
        "Words in a conversation neither halt me nor lift a halt, {address}. Press Halt in the app, or run "
        "`alfred halt`; `alfred resume` lets me go on."
    ),
    Talk.HELP: (
        "You may ask me, {address}:\n"
        "• What needs me today?\n"
        "• Find mails about the lease · Anything from the bank? · How many newsletters came this week?\n"
        "• What waits for my approval? · What did you do today?\n"
        "• Archive the newsletters older than two weeks\n"
        "• Remind me tomorrow at 9 to call the plumber · What is on my list? · I have done the tax return\n"
        "• What is on tomorrow? · Am I free on Friday afternoon? · Invite Sabrina to my 3pm\n"
        "• Who owes me an answer?\n"
        "• Remember that I prefer aisle seats · What are my rules?\n"
        "With a model set up, I can also read, sum up and write."
    ),
}


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked where the words left something open, and how the answer to it is read."""

    asked: str
    answered: str


_OPEN = {
    "title": _Question("What shall I put down, {address}, and for when?", "remind me to {words}"),
    "task": _Question("Which task is it, {address}? I take one at a time.", "tick off {words}"),
    "fact": _Question("What shall I remember, {address}?", "remember that {words}"),
    "day": _Question("Which day do you mean, {address}?", "what is on {words}"),
    "start": _Question("When shall that be, {address}? Say the day and the hour.", "{before} {words}"),
    "event": _Question("Which event is it, {address}? I take one at a time.", "cancel {words}"),
    "rule": _Question("Which rule do you mean, {address}?", "try the rule {words}"),
}
_WHICH = _Question("I did not catch what you mean, {address}; say it in full, please.", "{words}")


class Matching:
    """The way of answering that is always there."""

    model = "local:matcher"
    reader = Reader.OWNER

    def __init__(self, matcher: IntentMatcher, registry: Registry, persona: Persona, opening: str = "") -> None:
        self._matcher = matcher
        self._registry = registry
        self._persona = persona
        self._opening = opening

    def answer(self, task: Task) -> Iterator[Round | ToolUsed | Text]:
        if self._opening:
            yield self._says(self._opening)
        match = self._understood(task)
        if self._asked_last(task) and _NEVER_MIND.fullmatch(task.question.strip()):
            yield self._says(DROPPED)
        elif match is None or match.confidence < SURE_AT:
            yield self._says(CANNOT)
        elif match.talk:
            yield self._says(_TALK[match.talk])
        elif match.lacks:
            yield self._says(_OPEN.get(match.lacks, _WHICH).asked, match.lacks)
        else:
            yield from self._done(match, task)

    def _understood(self, task: Task) -> Match | None:
        """Understand the words by themselves, or else, where that is unsure, as the answer to what was just asked."""
        match = self._matcher.match(task.question, task.now)
        if match is not None and match.lacks == BEFORE:
            return self._gone_on(match, task)
        asked = self._asked_last(task)
        if asked is None or (match is not None and match.confidence >= CLEAR_AT):
            return match
        before = next((entry.text for entry in reversed(task.history) if entry.role is Role.OWNER), "")
        meant = asked.answered.format(words=task.question, before=before)
        return self._matcher.match(meant, task.now) or match

    def _gone_on(self, match: Match, task: Task) -> Match | None:
        """Understand “and the day after?” as tomorrow, said on the day that was asked about, and “and this week?”."""
        if match.tool == AGENDA:
            day = day_asked_before(task.history)
            return self._matcher.match("what is on tomorrow", day) if day else replace(match, lacks="day")
        lead = _AND.match(task.question)
        if lead is not None and is_of_the_calendars(task.history):
            meant = self._matcher.match(f"what is on {task.question[lead.end() :]}", task.now)
            if meant is not None and meant.tool == AGENDA and meant.confidence >= CLEAR_AT:
                return meant
        return carried_on(match, task.history)

    def _asked_last(self, task: Task) -> _Question | None:
        return _OPEN.get(task.history[-1].asks) if task.history else None

    def _done(self, match: Match, task: Task) -> Iterator[Round | ToolUsed | Text]:
        yield Round(1)
        task.errand.tainted = False  # no prompt: nothing but the owner's own words chose the tool and its arguments
        used = use_tool(self._registry, match.tool, match.arguments, task.errand, self.reader)
        yield used
        found = used.found
        shown = [f"• {line}" for line in found.lines[:MOST_LINES]]
        if len(found.lines) > MOST_LINES:
            shown.append(f"… and {len(found.lines) - MOST_LINES} more")
        said = _PLACE.sub("", found.said)
        yield Text("\n".join([self._sentence(said[:1].upper() + said[1:]), *shown]))

    def _sentence(self, said: str) -> str:
        """Return it as said to the owner; what asks, exclaims or addresses him already is left as it is."""
        if said.endswith(("!", "?")) or self._persona.address in said:
            return said
        return f"{said.removesuffix('.')}, {self._persona.address}."

    def _says(self, text: str, asks: str = "") -> Text:
        return Text(text.format(address=self._persona.short_address), asks)
