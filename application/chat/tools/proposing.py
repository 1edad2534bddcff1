"""How a tool proposes an action, and says what came of it. Proposing is all a model can do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from application.acting.drafting import Proposal
from application.chat.registry import Errand, Found, Passage, Workshop
from domain.action_events import Origin
from domain.actions import Action, Status
from domain.codec import Json
from domain.kinds import Kind, Risk
from domain.sources import account_of

_OUTCOMES = {Status.EXECUTED: "Done", Status.PROPOSED: "Proposed, waiting for the owner's approval"}
_HELD_UP = "Held up by a halt or the limit of an hour, and done after it"
_TOLD = {Status.EXECUTED: "Done", Status.PROPOSED: "Waits for your approval"}


def propose(workshop: Workshop, errand: Errand, kind: Kind, target: str, arguments: dict[str, Json]) -> Action:
    """Propose one action for the owner's words, once however often it is asked for; taint goes with it."""
    asked = json.dumps([kind, target, arguments], sort_keys=True)
    held = errand.proposed.get(asked)
    if held is None or workshop.store.actions.get(held.id).status is Status.SUPERSEDED:
        proposal = Proposal(
            kind, target, arguments, origin=Origin.CHAT, reason="you asked for it in the chat", tainted=errand.tainted
        )
        of_this_turn = {action.id for action in errand.proposed.values()}
        errand.proposed[asked] = workshop.actions.propose_once(proposal, "chat", of_this_turn)
    return errand.proposed[asked]


def outcome_of(actions: Sequence[Action], troubles: Sequence[Passage] = (), whose: str | None = None) -> Found:
    """Say, from the log alone, what was done and what waits.

    Titles hold words from outside where they name a mail, where these had a say in the proposal, and where `whose`
    says from which account (empty where none is known); a trouble may quote the mail that it is about.
    """
    outside = [action for action in actions if _mailbox(action) or action.tainted or whose is not None]
    own = [_state(action) for action in actions if action not in outside]
    counts = Counter(_outcome(action) for action in outside)
    counts.update("Not done" for trouble in troubles if not trouble.ours)
    parts = own + [f"{outcome}: {count}." for outcome, count in counts.items()]
    said = [*(_state(action, _TOLD) for action in actions), *(trouble.text for trouble in troubles)]
    shown = [Passage(_mailbox(action) or whose or "", _state(action)) for action in outside]
    return Found(
        " ".join(parts) or ("" if troubles else "Nothing was done."),
        " ".join(said) or "Nothing was done.",
        (*shown, *troubles),
        actions=tuple(actions),
        failed=not actions and bool(troubles),
    )


def _state(action: Action, outcomes: Mapping[Status, str] = _OUTCOMES) -> str:
    trouble = f" ({action.error})" if action.error else ""
    return f"{_outcome(action, outcomes)}: {action.title}{trouble}."


def _outcome(action: Action, outcomes: Mapping[Status, str] = _OUTCOMES) -> str:
    is_held_up = action.status is Status.PROPOSED and action.risk is Risk.AUTO
    return _HELD_UP if is_held_up else outcomes.get(action.status, "Not done")


def _mailbox(action: Action) -> str:
    """Return the account whose mail the action is about, empty where it is about none."""
    return account_of(action.source)
