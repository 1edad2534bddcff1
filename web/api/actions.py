"""The action log: what waits, what was done, and the owner's word on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from application.acting.batches import BatchResult, stuck_actions
from application.acting.drafting import Proposal
from application.acting.permissions import missing_for
from application.acting.undoing import why_out_of_reach
from application.ports.action_log import ActionQuery
from domain.action_events import LogEntry
from domain.actions import Action, Status
from domain.kinds import Kind, read_kind
from web.api.forms import ActionForm, action_form, event_of
from web.api.operations import MOST_ROWS, Call, Operation, up_to
from web.api.own_word import actor
from web.api.problems import of_error


@dataclass(frozen=True, slots=True)
class ActionListQuery:
    """`needs_owner`: what did not work, and then what is proposed, in place of a `status`."""

    status: Status | None = None
    needs_owner: bool = False
    kind: Kind | None = None
    rule: str | None = None
    target: str | None = None
    origin: str | None = None
    actor: str | None = None
    since: datetime | None = None
    cursor: str | None = None
    limit: int = up_to(MOST_ROWS, usually=50)


@dataclass(frozen=True, slots=True)
class ActionList:
    items: tuple[ActionForm, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ProposalForm:
    """`target` is a message's id or another thing's; a new mail has none and names its `account`."""

    kind: str
    arguments: dict[str, Any]
    target: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalForm:
    digest: str


@dataclass(frozen=True, slots=True)
class EditForm:
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RejectionForm:
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchItem:
    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class BatchForm:
    items: tuple[BatchItem, ...]


@dataclass(frozen=True, slots=True)
class UndoRuleForm:
    rule: str
    since: datetime


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of one item: the action, or the code and sentence of the error it met."""

    id: str
    action: ActionForm | None
    code: str | None = None
    detail: str | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class BatchOutcomes:
    items: tuple[BatchOutcome, ...]


def list_actions(call: Call) -> ActionList:
    query: ActionListQuery = call.query
    status = Status.PROPOSED if query.needs_owner else query.status
    wanted = ActionQuery(status, query.kind, query.rule, query.target, query.origin, query.actor, query.since)
    log = call.services.store.actions
    page = log.list(wanted, query.cursor, query.limit)
    stuck = stuck_actions(log) if query.needs_owner and query.cursor is None else []
    return ActionList(tuple(shown(call, action) for action in (*stuck, *page.items)), page.next_cursor)


def shown(call: Call, action: Action, entries: tuple[LogEntry, ...] = ()) -> ActionForm:
    """Return an action with all that the owner must see to judge it."""
    services = call.services
    missing = missing_for(action, services.connections)
    event, out_of_reach = event_of(action, services.store), why_out_of_reach(action, services.store)
    return action_form(action, entries, services.outgoing, event, missing, out_of_reach)


def whole(call: Call, action: Action) -> ActionForm:
    """Return an action with all its events and, for a mail, what stands in its bytes."""
    entries = call.services.store.actions.entries(action.id)
    return shown(call, action, entries)


def show_action(call: Call) -> ActionForm:
    return whole(call, call.services.store.actions.get(call.path["id"]))


def propose(call: Call) -> ActionForm:
    form: ProposalForm = call.body
    proposal = Proposal(read_kind(form.kind), form.target, form.arguments, form.account, reason="you asked for it")
    return whole(call, call.services.actions.propose(proposal, actor(call)))


def approve(call: Call) -> ActionForm:
    return whole(call, call.services.actions.approve(call.path["id"], call.body.digest, actor(call)))


def edit(call: Call) -> ActionForm:
    return whole(call, call.services.actions.edit(call.path["id"], call.body.arguments, actor(call)))


def reject(call: Call) -> ActionForm:
    return whole(call, call.services.actions.reject(call.path["id"], call.body.reason, actor(call)))


def retry(call: Call) -> ActionForm:
    return whole(call, call.services.actions.retry(call.path["id"], actor(call)))


def roll_back(call: Call) -> ActionForm:
    return whole(call, call.services.actions.undo(call.path["id"], actor(call)))


def approve_many(call: Call) -> BatchOutcomes:
    items = [(item.id, item.digest) for item in call.body.items]
    return _outcomes(call.services.actions.approve_many(items, actor(call)))


def roll_back_rule(call: Call) -> BatchOutcomes:
    return _outcomes(call.services.actions.undo_rule(call.body.rule, call.body.since, actor(call)))


def _outcomes(results: list[BatchResult]) -> BatchOutcomes:
    return BatchOutcomes(tuple(_outcome(result) for result in results))


def _outcome(result: BatchResult) -> BatchOutcome:
    if result.error is not None:
        status = of_error(result.error).status_code
        return BatchOutcome(result.id, None, result.error.code, str(result.error), status)
    assert result.action is not None
    return BatchOutcome(result.id, action_form(result.action))


OPERATIONS = (
    Operation(
        "GET", "/api/actions", "The action log, newest first", list_actions, ActionList, ActionListQuery, cached=True
    ),
    Operation("POST", "/api/actions", "The owner proposes", propose, ActionForm, body=ProposalForm, status=201),
    Operation("POST", "/api/actions/approve", "Approve several", approve_many, BatchOutcomes, body=BatchForm),
    Operation("POST", "/api/actions/rollback", "Undo all by a rule", roll_back_rule, BatchOutcomes, body=UndoRuleForm),
    Operation("GET", "/api/actions/{id}", "One action with all its events", show_action, ActionForm),
    Operation("POST", "/api/actions/{id}/approve", "Approve what was shown", approve, ActionForm, body=ApprovalForm),
    Operation("POST", "/api/actions/{id}/edit", "Change a proposal", edit, ActionForm, body=EditForm),
    Operation("POST", "/api/actions/{id}/reject", "Reject a proposal", reject, ActionForm, body=RejectionForm),
    Operation("POST", "/api/actions/{id}/retry", "Try again", retry, ActionForm),
    Operation("POST", "/api/actions/{id}/rollback", "Take it back", roll_back, ActionForm),
)
