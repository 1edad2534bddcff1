"""Work items: entered, changed, and linked to pull requests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.azure_devops.api import WritingDevOps
from adapters.azure_devops.deed import Deed, Receipt, at_revision, operation, pull_of
from adapters.azure_devops.forms import Model, Owner, link_of, marked_up, plain
from adapters.azure_devops.ids import number_of, pull_number
from application.ports.executor import Look, Outcome
from domain.actions import Action
from domain.errors import CannotBe, Conflict, NotFound
from domain.kinds import ChangeWorkItem, LinkTo, NewWorkItem

Fields = dict[str, Any]
_USUAL_TYPES = ("Task", "Issue", "Product Backlog Item", "User Story", "Bug")
_DESCRIPTION = "System.Description"
_RICH = re.compile(r"<(?!/?(?:br|div|p)\b)", re.IGNORECASE)
_PRIORITY = "Microsoft.VSTS.Common.Priority"


class Creating(Deed):
    """A new work item. It carries a tag made of the action's id; where an attempt is not found by it, nobody knows.

    The vendor's search lags behind what was written, so that not finding it proves nothing.
    """

    def __init__(self, api: WritingDevOps, owner: Owner, projects: tuple[str, ...]) -> None:
        self._api = api
        self._account = owner.account
        self._projects = projects

    def prepare(self, action: Action) -> str:
        return f"alfred-{hashlib.sha256(action.id.encode()).hexdigest()[:10]}"

    def execute(self, action: Action, token: str) -> Receipt:
        if action.attempts > 1:
            earlier = self.look(action, token)
            if earlier.outcome is Outcome.HAPPENED:
                return earlier.receipt
        new = action.payload
        assert isinstance(new, NewWorkItem)
        number = pull_number(self._account, action.target)
        pull = pull_of(self._api, number) if number is not None else None
        project = new.project or (pull.repository.project.name if pull else self._only_project())
        document = _document(new, token, pull.artifact_id if pull else None)
        kind = new.type or self._usual_type(project)
        return self._api.write(lambda c: _receipt(c.work_item_tracking.create_work_item(document, project, kind)))

    def look(self, action: Action, token: str) -> Look:
        from azure.devops.v7_1.work_item_tracking.models import Wiql

        query = Wiql(query=f"SELECT [System.Id] FROM WorkItems WHERE [System.Tags] CONTAINS '{token}'")
        found = self._api.read(lambda c: c.work_item_tracking.query_by_wiql(query, top=1)).work_items
        return Look(Outcome.HAPPENED, {"item": str(found[0].id)}) if found else Look(Outcome.UNKNOWN)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        """Put it into the recycle bin, from where anybody may bring it back."""
        try:
            self._api.write(lambda c: c.work_item_tracking.delete_work_item(int(receipt["item"])))
        except NotFound:
            return {}
        return {}

    def _only_project(self) -> str:
        known = self._projects or tuple(each.name for each in self._api.read(lambda c: c.core.get_projects(top=2)))
        if len(known) != 1:
            raise CannotBe("say in which project to create it", code="which_project")
        return known[0]

    def _usual_type(self, project: str) -> str:
        known = {each.name for each in self._api.read(lambda c: c.work_item_tracking.get_work_item_types(project))}
        found = next((kind for kind in _USUAL_TYPES if kind in known), None)
        if found is None:
            raise CannotBe(f"say what to create: {', '.join(sorted(known)[:8])}", code="which_type")
        return found


class Changing(Deed):
    """A change of fields, which goes through at the revision that was read, or not at all."""

    def __init__(self, api: WritingDevOps) -> None:
        self._api = api

    def prepare(self, action: Action) -> str:
        item = self._item(action)
        if action.basis and action.basis != str(item.rev):
            raise _changed()
        wanted = _wanted(action)
        return json.dumps({"rev": item.rev, "before": _values(item, wanted), "after": wanted})

    def execute(self, action: Action, token: str) -> Receipt:
        noted = json.loads(token)
        try:
            self._patch(action, noted["rev"], noted["after"])
        except Conflict as error:
            if action.attempts <= 1 or self.look(action, token).outcome is not Outcome.HAPPENED:
                raise _changed() from error
        return {"before": token}

    def look(self, action: Action, token: str) -> Look:
        noted, item = json.loads(token), self._item(action)
        if item.rev == noted["rev"]:
            return Look(Outcome.NOT_YET)
        done = _alike(_values(item, noted["after"]), _values_of(noted["after"]))
        return Look(Outcome.HAPPENED, {"before": token}) if done else Look(Outcome.UNKNOWN)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        noted, item = json.loads(receipt["before"]), self._item(action)
        now = _values(item, noted["after"])
        if _alike(now, noted["before"]):
            return {}
        if not _alike(now, _values_of(noted["after"])):
            raise CannotBe("somebody has changed it since", code="changed")
        try:
            self._patch(action, item.rev, noted["before"])
        except Conflict as error:
            raise _changed() from error
        return {}

    def _patch(self, action: Action, rev: int, fields: Mapping[str, Any]) -> None:
        steps = [operation("add", f"/fields/{name}", value) for name, value in fields.items() if value is not None]
        steps += [operation("remove", f"/fields/{name}") for name, value in fields.items() if value is None]
        number = number_of(action.target)
        self._api.write(lambda c: c.work_item_tracking.update_work_item([at_revision(rev), *steps], number))

    def _item(self, action: Action) -> Model:
        return _found(lambda: self._api.read(lambda c: c.work_item_tracking.get_work_item(number_of(action.target))))


class Linking(Deed):
    """The link between a work item and a pull request; making it again does no harm."""

    def __init__(self, api: WritingDevOps) -> None:
        self._api = api

    def prepare(self, action: Action) -> str:
        return str(pull_of(self._api, number_of(action.target)).artifact_id)

    def execute(self, action: Action, token: str) -> Receipt:
        item = self._item(action)
        if _place(item, token) is not None:
            return {"artifact": token if action.attempts > 1 else ""}
        link = {"rel": "ArtifactLink", "url": token, "attributes": {"name": "Pull Request"}}
        steps = [at_revision(item.rev), operation("add", "/relations/-", link)]
        self._update(action, steps)
        return {"artifact": token}

    def look(self, action: Action, token: str) -> Look:
        there = _place(self._item(action), token) is not None
        return Look(Outcome.HAPPENED, {"artifact": token}) if there else Look(Outcome.NOT_YET)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        item = self._item(action)
        place = _place(item, receipt.get("artifact", ""))
        if place is not None:
            self._update(action, [at_revision(item.rev), operation("remove", f"/relations/{place}")])
        return {}

    def _update(self, action: Action, steps: list[Any]) -> None:
        try:
            self._api.write(lambda c: c.work_item_tracking.update_work_item(steps, _linked(action)))
        except Conflict as error:
            raise _changed() from error

    def _item(self, action: Action) -> Model:
        number = _linked(action)
        return _found(lambda: self._api.read(lambda c: c.work_item_tracking.get_work_item(number, expand="relations")))


def _receipt(made: Model) -> Receipt:
    return {"item": str(made.id), "link": link_of(made)}


def _document(new: NewWorkItem, tag: str, artifact: str | None) -> list[Any]:
    fields = {
        "System.Title": new.title,
        _DESCRIPTION: marked_up(new.description),
        "System.AssignedTo": new.assigned_to,
        "System.Tags": tag,
    }
    steps = [operation("add", f"/fields/{name}", value) for name, value in fields.items() if value]
    if artifact:
        link = {"rel": "ArtifactLink", "url": artifact, "attributes": {"name": "Pull Request"}}
        steps.append(operation("add", "/relations/-", link))
    return steps


def _wanted(action: Action) -> Fields:
    change = action.payload
    assert isinstance(change, ChangeWorkItem)
    fields: Fields = {
        "System.State": change.state,
        "System.Title": change.title,
        _DESCRIPTION: None if change.description is None else marked_up(change.description),
        "System.AssignedTo": change.assigned_to,
        _PRIORITY: change.priority,
    }
    wanted = {name: value for name, value in fields.items() if value is not None}
    if not wanted:
        raise CannotBe("nothing is to be changed", code="nothing_to_do")
    return wanted


def _values(item: Model, names: Mapping[str, Any]) -> Fields:
    """Return what these fields hold, people by their addresses."""
    return _values_of({name: item.fields.get(name) for name in names})


def _values_of(fields: Mapping[str, Any]) -> Fields:
    return {
        name: str(value.get("uniqueName", "")).lower() if isinstance(value, dict) else value
        for name, value in fields.items()
    }


def _alike(one: Fields, other: Fields) -> bool:
    """Whether two hold the same: the vendor may write the markup of the same lines in another way."""
    return all(_comparable(name, one.get(name)) == _comparable(name, other.get(name)) for name in one.keys() | other)


def _comparable(name: str, value: Any) -> Any:
    is_lines = name == _DESCRIPTION and not _RICH.search(value or "")
    return plain(value or "") if is_lines else value


def _place(item: Model, artifact: str) -> int | None:
    """Return where among its relations a work item names the artifact."""
    relations = item.relations or ()
    same = (place for place, each in enumerate(relations) if (each.url or "").lower() == artifact.lower())
    return next(same, None)


def _linked(action: Action) -> int:
    assert isinstance(action.payload, LinkTo)
    return action.payload.work_item


def _found(read: Callable[[], Model]) -> Model:
    try:
        return read()
    except NotFound as error:
        raise CannotBe("the work item no longer exists", code="gone") from error


def _changed() -> CannotBe:
    return CannotBe("the work item was changed meanwhile; look at it again", code="changed")
