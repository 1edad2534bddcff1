"""The service for work items: queries, reading, and writing by JSON patch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import PATCH, Call, Endpoint, Outcome, listed, stamp
from sandbox.azure_devops.people import People
from sandbox.azure_devops.projects import Project, Projects
from sandbox.azure_devops.work import forms, patch, types, wiql
from sandbox.azure_devops.work.items import Value, WorkItem, WorkItems
from sandbox.azure_devops.work.remarks import Remarks
from sandbox.microsoft.call import JsonObject, text_of, texts_of

_ONE, _NEW, _TYPE = "wit/workItems/{id}", "wit/workItems/${type}", "wit/workItemTypes/{type}"
_READ, _WRITE = "vso.work", "vso.work_write"
_MOST = 200


class WorkItemService:
    """Work items and their types; comments have a service of their own."""

    def __init__(self, projects: Projects, items: WorkItems, people: People) -> None:
        self._projects = projects
        self._items = items
        self._people = people
        self._remarks = Remarks(projects, items)

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("workItems.query", "POST", "wit/wiql", _READ, self.query),
            Endpoint("workItems.list", "GET", "wit/workItems", _READ, self.list),
            Endpoint("workItems.batch", "POST", "wit/workItemsBatch", _READ, self.batch),
            Endpoint("workItems.create", "POST", _NEW, _WRITE, self.create, writes=True, media=PATCH),
            Endpoint("workItems.get", "GET", _ONE, _READ, self.get),
            Endpoint("workItems.update", "PATCH", _ONE, _WRITE, self.update, writes=True, media=PATCH),
            Endpoint("workItems.delete", "DELETE", _ONE, _WRITE, self.delete, writes=True),
            Endpoint("workItems.updates", "GET", f"{_ONE}/updates", _READ, self.updates),
            Endpoint("workItemTypes.list", "GET", "wit/workItemTypes", _READ, self.types),
            Endpoint("workItemTypes.get", "GET", _TYPE, _READ, self.type),
            Endpoint("workItemTypes.states", "GET", f"{_TYPE}/states", _READ, self.states),
            *self._remarks.endpoints(),
        )  # fmt: skip

    def query(self, call: Call) -> Outcome:
        project = self._projects.of(call)
        asker = wiql.Asker(call.caller, project.name if project else None)
        query = wiql.parse(text_of(call.fields, "query"), asker)
        found = wiql.run(query, list(self._items))[: call.number("$top", 20_000)]
        columns = [{"referenceName": name, "name": name.rpartition(".")[2], "url": ""} for name in query.columns]
        refs = [{"id": item.id, "url": f"{call.base}/_apis/wit/workItems/{item.id}"} for item in found]
        return Outcome({
            "queryType": "flat", "queryResultType": "workItem", "asOf": stamp(datetime.now(UTC)), "columns": columns,
            "workItems": refs,
        })  # fmt: skip

    def list(self, call: Call) -> Outcome:
        ids = [int(id) for id in call.text("ids").split(",") if id.strip().isdigit()]
        return self._several(call, ids, _names(call.text("fields")), call.text("$expand"), call.text("errorPolicy"))

    def batch(self, call: Call) -> Outcome:
        ids = [int(id) for id in texts_of(call.fields, "ids")]
        expand, policy = text_of(call.fields, "$expand"), text_of(call.fields, "errorPolicy")
        return self._several(call, ids, texts_of(call.fields, "fields"), expand, policy)

    def _several(self, call: Call, ids: Sequence[int], fields: tuple[str, ...], expand: str, policy: str) -> Outcome:
        if not ids or len(ids) > _MOST:
            raise errors.work_invalid("VssPropertyValidationException", "VS402337: Between 1 and 200 ids are needed.")
        if fields and _relations(expand):
            raise errors.work_invalid(
                "ConflictingParametersException", "The expand parameter can not be used with the fields parameter."
            )
        project = self._projects.of(call)
        if policy.lower() == "omit":
            return listed(
                forms.work_item(call.base, self._items.find(id), fields, relations=_relations(expand))
                if self._items.known(id) else None for id in ids
            )  # fmt: skip
        found = [self._items.find(id, project) for id in ids]
        return listed(forms.work_item(call.base, item, fields, relations=_relations(expand)) for item in found)

    def get(self, call: Call) -> Outcome:
        fields, expand = _names(call.text("fields")), call.text("$expand")
        return Outcome(forms.work_item(call.base, self._find(call), fields, relations=_relations(expand)))

    def create(self, call: Call) -> Outcome:
        project = self._required_project(call)
        kind = self._type(call, project)
        draft = patch.read(call.body, patch.Draft(kind, 1, {"System.State": types.STATES[kind][0]}, []), self._people)
        if call.text("validateOnly").lower() == "true":
            return Outcome({"fields": {name: forms.value_shown(call.base, v) for name, v in draft.changed.items()}})
        item = self._items.add(project, kind, call.caller, draft.changed)
        item.relations = draft.relations
        if draft.remark:
            item.remark(call.caller, draft.remark)
        return Outcome(forms.work_item(call.base, item, relations=True), 200, str(item.id), _state(item))

    def update(self, call: Call) -> Outcome:
        item = self._find(call)
        start = patch.Draft(item.kind, item.rev, dict(item.fields), [*item.relations])
        draft = patch.read(call.body, start, self._people)
        if call.text("validateOnly").lower() == "true":
            return Outcome(forms.work_item(call.base, item))
        changed: dict[str, Value] = {name: v for name, v in draft.changed.items() if item.fields.get(name) != v}
        if draft.remark:
            item.remark(call.caller, draft.remark)
        if changed or draft.relations != item.relations:
            item.relations = draft.relations
            item.revise(call.caller, changed)
        return Outcome(forms.work_item(call.base, item, relations=True), 200, str(item.id), _state(item))

    def delete(self, call: Call) -> Outcome:
        """Into the recycle bin."""
        item = self._items.remove(self._find(call).id)
        shown = {"id": item.id, "name": item.title, "type": item.kind, "code": 200, "url": forms.url(call.base, item)}
        return Outcome(shown, 200, str(item.id), {"deleted": True})

    def updates(self, call: Call) -> Outcome:
        item = self._find(call)
        return listed(forms.update(call.base, item, one) for one in item.updates)

    def types(self, call: Call) -> Outcome:
        project = self._required_project(call)
        return listed(types.shown(call.base, project.id, kind) for kind in types.STATES)

    def type(self, call: Call) -> Outcome:
        project = self._required_project(call)
        return Outcome(types.shown(call.base, project.id, self._type(call, project)))

    def states(self, call: Call) -> Outcome:
        return listed(types.states(self._type(call, self._required_project(call))))

    def _find(self, call: Call) -> WorkItem:
        return self._items.find(call.key("id"), self._projects.of(call))

    def _required_project(self, call: Call) -> Project:
        project = self._projects.of(call)
        if project is None:
            raise errors.invalid("A project name is required in order to create a work item.")
        return project

    def _type(self, call: Call, project: Project) -> str:
        found = types.type_of(call.path["type"])
        if found is None:
            raise errors.no_work_item_type(call.path["type"], project.name)
        return found


def _state(item: WorkItem) -> JsonObject:
    assigned = item.assigned.address if item.assigned else None
    relations = [one["url"] for one in item.relations]
    return {"rev": item.rev, "title": item.title, "state": item.state, "assigned": assigned, "relations": relations}


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in written.split(",") if name.strip())


def _relations(expand: str) -> bool:
    return expand.lower() in ("relations", "all")
