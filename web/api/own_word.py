"""What the owner does himself, by the one door that everything goes through."""

from __future__ import annotations

from application.acting.drafting import Proposal
from domain.actions import Action, Status
from domain.errors import Conflict
from domain.kinds import Kind, arguments_of
from web.api.operations import Call


def actor(call: Call) -> str:
    """Return who acts, for the log."""
    return f"owner:{call.device.name}" if call.device is not None else "owner"


def carry_out(call: Call, kind: Kind, message_id: str | None, arguments: object, *, on: str = "") -> Action:
    """Propose and do at once what touches only Alfred's own books.

    Raises `Refused` while halted, `NotFound` for an unknown message, and `Conflict` where it could not be done now.
    """
    services = call.services
    services.halt.check()
    target = services.store.messages.get(message_id).message.id if message_id else on
    given = arguments_of(arguments) if arguments is not None else {}
    action = services.actions.propose(Proposal(kind, target, given, reason="you did it yourself"), actor(call))
    if action.status is not Status.EXECUTED:
        raise Conflict(action.error or "it waits: too much was done in this hour", code=action.error_code or "waits")
    return action
