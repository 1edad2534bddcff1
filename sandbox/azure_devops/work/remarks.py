"""The service for the comments below work items."""

from __future__ import annotations

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome
from sandbox.azure_devops.projects import Projects
from sandbox.azure_devops.work import forms
from sandbox.azure_devops.work.items import Remark, WorkItem, WorkItems
from sandbox.microsoft.call import text_of

_ALL = "wit/workItems/{workItemId}/comments"
_ONE = f"{_ALL}/{{commentId}}"
_READ, _WRITE = "vso.work", "vso.work_write"


class Remarks:
    """Comments: read, say, change, take back."""

    def __init__(self, projects: Projects, items: WorkItems) -> None:
        self._projects = projects
        self._items = items

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("workItemComments.list", "GET", _ALL, _READ, self.list),
            Endpoint("workItemComments.add", "POST", _ALL, _WRITE, self.add, writes=True),
            Endpoint("workItemComments.get", "GET", _ONE, _READ, self.get),
            Endpoint("workItemComments.update", "PATCH", _ONE, _WRITE, self.update, writes=True),
            Endpoint("workItemComments.delete", "DELETE", _ONE, _WRITE, self.delete, writes=True),
        )

    def list(self, call: Call) -> Outcome:
        item = self._item(call)
        newest_first = call.text("order").lower() != "asc"
        said = [remark for remark in item.remarks if not remark.deleted][:: -1 if newest_first else 1]
        shown = [forms.remark(call.base, item, remark) for remark in said[: call.number("$top", 200)]]
        return Outcome({"totalCount": len(said), "count": len(shown), "comments": shown})

    def add(self, call: Call) -> Outcome:
        item, text = self._item(call), text_of(call.fields, "text")
        if not text.strip():
            raise errors.work_invalid("VssPropertyValidationException", "Comment text cannot be empty.")
        made = item.remark(call.caller, text)
        return Outcome(forms.remark(call.base, item, made), 200, str(item.id), {"comment": made.id, "text": text})

    def get(self, call: Call) -> Outcome:
        item = self._item(call)
        return Outcome(forms.remark(call.base, item, self._remark(call, item)))

    def update(self, call: Call) -> Outcome:
        item = self._item(call)
        found = self._remark(call, item)
        found.text = text_of(call.fields, "text", found.text)
        return Outcome(
            forms.remark(call.base, item, found), 200, str(item.id), {"comment": found.id, "text": found.text}
        )

    def delete(self, call: Call) -> Outcome:
        item = self._item(call)
        found = self._remark(call, item)
        found.deleted = True
        return Outcome(None, 204, str(item.id), {"comment": found.id, "deleted": True})

    def _item(self, call: Call) -> WorkItem:
        return self._items.find(call.key("workItemId"), self._projects.of(call))

    def _remark(self, call: Call, item: WorkItem) -> Remark:
        id = call.key("commentId")
        found = next((remark for remark in item.remarks if remark.id == id and not remark.deleted), None)
        if found is None:
            message = f"Comment {id} of work item {item.id} was not found."
            raise errors.Refusal(404, "WorkItemCommentNotFoundException", message)
        return found
