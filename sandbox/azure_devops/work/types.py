"""The work item types of the Agile process and their states.

Source: https://learn.microsoft.com/azure/devops/boards/work-items/guidance/agile-process-workflow
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.microsoft.call import JsonObject

_FOUR = ("New", "Active", "Resolved", "Closed", "Removed")
STATES: Mapping[str, tuple[str, ...]] = {
    "Bug": ("New", "Active", "Resolved", "Closed"),
    "Task": ("New", "Active", "Closed", "Removed"),
    "User Story": _FOUR,
    "Feature": _FOUR,
    "Epic": _FOUR,
    "Issue": ("Active", "Closed"),
}
_CATEGORIES = {
    "New": ("Proposed", "b2b2b2"),
    "Active": ("InProgress", "007acc"),
    "Resolved": ("Resolved", "ff9d00"),
    "Closed": ("Completed", "339933"),
    "Removed": ("Removed", "ffffff"),
}
_COLOURS = {
    "Bug": "CC293D", "Task": "F2CB1D", "User Story": "009CCC", "Feature": "773B93", "Epic": "FF7B00", "Issue": "B4009E"
}  # fmt: skip


def type_of(name: str) -> str | None:
    """The type as it is spelled, whatever the case of the question."""
    return next((known for known in STATES if known.lower() == name.lower()), None)


def state_of(kind: str, name: str) -> str | None:
    return next((state for state in STATES[kind] if state.lower() == name.lower()), None)


def states(kind: str) -> list[JsonObject]:
    return [{"name": name, "color": _CATEGORIES[name][1], "category": _CATEGORIES[name][0]} for name in STATES[kind]]


def shown(base: str, project: str, kind: str) -> JsonObject:
    return {
        "name": kind,
        "referenceName": f"Microsoft.VSTS.WorkItemTypes.{kind.replace(' ', '')}",
        "description": f"A {kind.lower()}.",
        "color": _COLOURS[kind],
        "isDisabled": False,
        "states": states(kind),
        "transitions": {"": [{"to": STATES[kind][0], "actions": None}]},
        "url": f"{base}/{project}/_apis/wit/workItemTypes/{kind}".replace(" ", "%20"),
    }
