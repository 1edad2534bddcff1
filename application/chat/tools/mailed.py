"""From the invitation that is meant to the mail that brought it, where no calendar has it."""

from __future__ import annotations

from application.acting.batches import every_action
from application.chat.registry import Workshop
from application.chat.resolve import resolve
from application.ports.action_log import ActionQuery
from domain.actions import Action, Status
from domain.kinds import Kind


def answer_waiting_for(workshop: Workshop, said: str) -> Action:
    """Return the answer by mail that waits to be approved; raise `NotFound`, or `Ambiguous` naming several."""
    proposed = every_action(workshop.store.actions, ActionQuery(status=Status.PROPOSED))
    waiting = {action.id: action for action in proposed if action.kind is Kind.ANSWER_INVITATION}
    names = {id: f"{_title(action)} {_sender(workshop, action)}" for id, action in waiting.items()}
    return waiting[resolve(said, names, "invitation", workshop.embedder)]


def _title(action: Action) -> str:
    return str(action.payload.invitation)


def _sender(workshop: Workshop, action: Action) -> str:
    sender = workshop.store.messages.get(action.target).message.sender
    return f"{sender.name} {sender.address}"
