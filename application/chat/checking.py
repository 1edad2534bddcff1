"""What a turn must bear: a second look by the critic where it changed anything, its claims held against the log,
and its amounts of money against what was looked up."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence

from application.chat.prompts import template
from application.chat.registry import Found
from application.models.models import Models
from application.models.outside_words import as_data
from application.ports.model import Question, Role, Speaker, Turn
from domain.actions import Action, Status
from domain.chat import Entry, Step
from domain.chat import Role as Speaks
from domain.claims import Deeds, unfounded_claims
from domain.codec import Json
from domain.errors import AlfredError
from domain.finance.figures import Figure, figures_in, nothing_in, numbers_in, unfounded
from domain.privacy import Privacy

LONGEST_MISSING = 300
MOST_TOLD = 3
NOTE = "For the record:"
_QUOTED = re.compile(r"“([^”]*)”")
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
    return f"\n\n{NOTE} “{claims[0]}” is not so; the log shows no such deed. {rest}"


def figures_set_right(answer: str, found: Sequence[Found], before: Sequence[Entry], words: Sequence[str]) -> str:
    """Return what must be added where the answer names amounts of money that nothing looked up bears out.

    `words` are the owner's own, in which an amount may stand too. What a tool found and the model was not shown bears
    nothing out, and is not told here either: the answer may be shown to the model again. Every wrong amount is named,
    for what is not named here bears out the next answer.
    """
    known = [figure for text in words for figure in numbers_in(text)]
    known += [figure for each in found for figure in _figures_of(each)]
    known += [figure for entry in before if entry.role is Speaks.ALFRED for figure in _stood(entry.text)]
    wrong = unfounded(answer, known)
    if not wrong:
        return ""
    named = ", ".join(f"“{each.words}”" for each in wrong)
    right = [sentence for each in found for sentence in _figures_told(each)][:MOST_TOLD]
    rest = f" What was looked up says: {'; '.join(dict.fromkeys(right))}." if right else ""
    return f"\n\n{NOTE} {named} {'stands' if len(wrong) == 1 else 'stand'} in nothing that I looked up.{rest}"


def caveats_told(answer: str, found: Sequence[Found]) -> str:
    """Return what must be added where the answer leaves out what the books do not hold of what was asked.

    What a tool found and the model was not shown is not told here.
    """
    shown = (each for each in found if not each.failed and each.touched <= each.accounts)
    left_out = dict.fromkeys(phrase for each in shown for phrase in each.caveats if phrase not in answer)
    return f"\n\n{NOTE} {'; '.join(left_out)}." if left_out else ""


def _figures_of(found: Found) -> Iterator[Figure]:
    """Amounts bear amounts out; in what others wrote an amount may lack its currency."""
    yield from figures_in(found.text) if found.sums else numbers_in(found.text)
    yield from nothing_in(found.text)


def _figures_told(found: Found) -> Iterator[str]:
    if found.sums and not found.failed and found.touched <= found.accounts:
        yield from (said for said in (found.said, *found.lines[:MOST_TOLD]) if figures_in(said))


def _stood(text: str) -> Iterator[Figure]:
    """The amounts of an earlier answer, but for those that were set right in it."""
    struck = {quoted for line in text.splitlines() if line.startswith(NOTE) for quoted in _QUOTED.findall(line)}
    return (figure for figure in figures_in(text) if figure.words not in struck)
