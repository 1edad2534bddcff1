"""The tool that looks into the action log: what waits, and what was done or rejected."""

from __future__ import annotations

from dataclasses import dataclass, field

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.resolve import normalised
from application.chat.tools.counting import counted
from application.ports.action_log import ActionQuery
from domain.actions import Status
from domain.sources import account_of

MOST_SHOWN = 50
_STATES = {Status.PROPOSED: "for your approval", Status.EXECUTED: "done lately", Status.REJECTED: "rejected lately"}


@dataclass(frozen=True, slots=True)
class ListActions:
    status: Status = field(default=Status.PROPOSED, metadata={"doc": "proposed are those that wait for the owner"})
    about: str = field(default="", metadata={"doc": "only those whose title holds these words"})


def list_actions(workshop: Workshop, _: Errand, wanted: ListActions) -> Found:
    page = workshop.store.actions.list(ActionQuery(status=wanted.status), None, MOST_SHOWN)
    words = normalised(wanted.about).split()
    found = tuple(a for a in page.items if all(word in normalised(f"{a.kind.value} {a.title}") for word in words))
    about = f" about “{wanted.about}”" if wanted.about else ""
    said = f"{counted(len(found), 'action')}{about} {_STATES.get(wanted.status, wanted.status.value)}"
    if page.next_cursor:
        said += f"; I looked at the newest {len(page.items)} of {workshop.store.actions.count(wanted.status)}"
    passages = tuple(
        Passage(account_of(a.source), f"[{a.id}] {a.kind.value} ({a.status.value}): {a.title} ({a.reason})")
        for a in found
    )
    return Found(said, said, passages, "action log", actions=found, lines=tuple(action.title for action in found))


TOOLS = (
    Tool(
        "list_actions",
        "List actions; by default those that wait for the owner.",
        ListActions,
        Effect.READS,
        list_actions,
        ("approval", "approve", "waits", "waiting", "pending", "proposals", "actions", "done", "undo"),
    ),
)
