"""What a turn must bear: a second look by the critic where it changed anything, and its claims held against the log."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from application.chat.prompts import template
from application.models.models import Models
from application.models.outside_words import as_data
from application.ports.model import Question, Role, Speaker, Turn
from domain.actions import Action, Status
from domain.chat import Step
from domain.claims import Deeds, unfounded_claims
from domain.codec import Json
from domain.errors import AlfredError
from domain.privacy import Privacy

LONGEST_MISSING = 300
VERDICT: dict[str, Json] = {
    "type": "object",
    "properties": {"fine": {"type": "boolean"}, "missing": {"type": "string"}},
    "required": ["fine", "missing"],
    "additionalProperties": False,
}


def missing_from(
    request: str, steps: Sequence[Step], answer: str, models: Models, privacies: Collection[Privacy]
) -> str:
    """Ask the critic what the turn left out; empty when nothing, or when no critic may or can say.

    `privacies` are those of every account that the turn touched: a critic that may not see them is not asked.
    """
    done = "\n".join(f"{step.tool}{' (failed)' if step.failed else ''}: {step.said}" for step in steps)
    material = f"Request: {request}\n\n{as_data('steps', done)}\n\nAnswer:\n{answer}"
    question = Question((Turn(Speaker.OWNER, material),), system=template("critic"), schema=VERDICT, max_tokens=200)
    critics = [m for m in models.of(Role.CRITIC) if all(privacy.allows(local=m.local) for privacy in privacies)]
    try:
        verdict = json.loads(models.ask(Role.CRITIC, question, "critic", critics).text)
        return "" if verdict["fine"] else str(verdict["missing"])[:LONGEST_MISSING]
    except (AlfredError, ValueError, KeyError, TypeError):
        return ""


def correction_of(answer: str, now: Sequence[Action], earlier: Sequence[Action]) -> str:
    """Return what must be added where the answer claims a deed that the log does not show; empty where it does not."""
    known = [*earlier, *now]
    done = frozenset(action.kind for action in known if action.status is Status.EXECUTED)
    waits = frozenset(action.kind for action in known if action.status is Status.PROPOSED)
    claims = unfounded_claims(answer, Deeds(done, waits))
    if not claims:
        return ""
    waiting = sum(action.status is Status.PROPOSED for action in now)
    rest = f"What waits for your approval: {waiting}." if waiting else "Nothing was changed in this turn."
    return f"\n\nFor the record: “{claims[0]}” is not so; the log shows no such deed. {rest}"
