"""How work items, their comments and revisions look in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.work.items import Remark, Update, Value, WorkItem
from sandbox.microsoft.call import JsonObject


def url(base: str, item: WorkItem) -> str:
    return f"{base}/{item.project.id}/_apis/wit/workItems/{item.id}"


def web_url(base: str, item: WorkItem) -> str:
    return f"{base}/{item.project.name}/_workitems/edit/{item.id}".replace(" ", "%20")


def work_item(base: str, item: WorkItem, wanted: Iterable[str] = (), *, relations: bool = False) -> JsonObject:
    """A work item with all its fields, or those that are wanted."""
    names = {name.strip().lower() for name in wanted}
    values = {name: value for name, value in item.values().items() if not names or name.lower() in names}
    shown: JsonObject = {
        "id": item.id,
        "rev": item.rev,
        "fields": {name: value_shown(base, value) for name, value in values.items()},
        "_links": {**links(base, item), "html": {"href": web_url(base, item)}},
        "url": url(base, item),
    }
    if relations and item.relations:
        shown["relations"] = [dict(one) for one in item.relations]
    return shown


def links(base: str, item: WorkItem) -> JsonObject:
    own = url(base, item)
    kind = f"{base}/{item.project.id}/_apis/wit/workItemTypes/{item.kind}".replace(" ", "%20")
    return {
        "self": {"href": own},
        "workItemUpdates": {"href": f"{own}/updates"},
        "workItemRevisions": {"href": f"{own}/revisions"},
        "workItemComments": {"href": f"{own}/comments"},
        "workItemType": {"href": kind},
        "fields": {"href": f"{base}/{item.project.id}/_apis/wit/fields"},
    }


def value_shown(base: str, value: Value) -> object:
    return value.shown(base) if isinstance(value, Identity) else value


def remark(base: str, item: WorkItem, one: Remark) -> JsonObject:
    return {
        "workItemId": item.id,
        "id": one.id,
        "version": 1,
        "text": one.text,
        "renderedText": f"<div>{escape(one.text)}</div>",
        "format": "html",
        "createdBy": one.author.shown(base),
        "createdDate": stamp(one.when),
        "modifiedBy": one.author.shown(base),
        "modifiedDate": stamp(one.when),
        **({"isDeleted": True} if one.deleted else {}),
        "url": f"{url(base, item)}/comments/{one.id}",
    }


def update(base: str, item: WorkItem, one: Update) -> JsonObject:
    changed = {
        name: {
            key: value_shown(base, value)
            for key, value in (("oldValue", before), ("newValue", after)) if value is not None
        }
        for name, (before, after) in one.fields.items()
    }  # fmt: skip
    return {
        "id": one.rev,
        "workItemId": item.id,
        "rev": one.rev,
        "revisedBy": one.by.shown(base),
        "revisedDate": stamp(one.when),
        "fields": changed,
        "url": f"{url(base, item)}/updates/{one.rev}",
    }
