"""What each kind of action does at Azure DevOps: made ready, done, looked for, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from adapters.azure_devops.api import WritingDevOps
from adapters.azure_devops.forms import Model, Owner
from application.ports.executor import Look
from domain.actions import Action
from domain.errors import CannotBe

Receipt = Mapping[str, str]


class Deed(Protocol):
    """One kind of action; see `application.ports.executor.Executor` for what each step promises."""

    def prepare(self, action: Action) -> str: ...

    def execute(self, action: Action, token: str) -> Receipt: ...

    def look(self, action: Action, token: str) -> Look: ...

    def undo(self, action: Action, receipt: Receipt) -> Receipt: ...


def pull_of(api: WritingDevOps, number: int) -> Model:
    """Return a pull request that is still open; raise `CannotBe` for another."""
    pull = api.read(lambda c: c.git.get_pull_request_by_id(number))
    if pull.status != "active":
        raise CannotBe(f"the pull request is {pull.status}", code="gone")
    return pull


def own_vote(owner: Owner, pull: Model) -> int:
    """Return what the owner says of a pull request now; 0 where he says nothing."""
    return next((int(each.vote or 0) for each in pull.reviewers or () if each.id == owner.id), 0)


def place_of(pull: Model) -> tuple[str, int, str]:
    return (pull.repository.id, pull.pull_request_id, pull.repository.project.id)


def operation(op: str, path: str, value: Any = None) -> Any:
    """Return one step of a JSON patch."""
    from azure.devops.v7_1.work_item_tracking.models import JsonPatchOperation

    return JsonPatchOperation(op=op, path=path, value=value)


def at_revision(rev: int) -> Any:
    """Return the step that lets a patch go through only where nobody changed the work item meanwhile."""
    return operation("test", "/rev", rev)
