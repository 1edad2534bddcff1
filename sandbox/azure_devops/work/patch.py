"""JSON patch documents for work items: all of a document is done, or nothing of it.

Source: https://learn.microsoft.com/rest/api/azure/devops/wit/work-items/update
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.azure_devops import errors
from sandbox.azure_devops.people import Identity, People
from sandbox.azure_devops.work import types
from sandbox.azure_devops.work.items import FIELDS, READ_ONLY, Value
from sandbox.microsoft.call import JsonObject

_OPERATIONS = ("add", "replace", "remove", "test")
_LONGEST_TITLE = 255


@dataclass(slots=True)
class Draft:
    """A work item while a document is read: what it was, and what shall become of it."""

    kind: str
    rev: int
    fields: dict[str, Value]
    relations: list[JsonObject]
    changed: dict[str, Value] = field(default_factory=dict)
    remark: str = ""

    def value(self, name: str) -> Value:
        return self.changed.get(name, self.fields.get(name))


def read(document: object, draft: Draft, people: People) -> Draft:
    """Work a document into a draft, or refuse it as the vendor does."""
    if not isinstance(document, list) or not document:
        raise errors.invalid("You must pass a valid patch document in the body of the request.")
    for operation in document:
        _apply(operation, draft, people)
    _check(draft)
    return draft


def _apply(operation: object, draft: Draft, people: People) -> None:
    if not isinstance(operation, dict) or operation.get("op") not in _OPERATIONS:
        raise errors.invalid("You must pass a valid patch document in the body of the request.")
    op, path, value = str(operation["op"]), str(operation.get("path", "")), operation.get("value")
    parts = path.strip("/").split("/")
    if op == "remove" and value is not None:
        raise errors.invalid("Remove requires Value to be null.")
    if parts == ["rev"] and op == "test":
        _test(draft.rev, value, path)
    elif parts[0] == "fields" and len(parts) == 2:
        _field(op, parts[1], value, draft, people)
    elif parts[0] == "relations" and len(parts) == 2:
        _relation(op, parts[1], value, draft)
    else:
        raise errors.invalid(f"The path {path} of the patch document is not supported.")


def _test(found: object, wanted: object, path: str) -> None:
    if str(found) != str(wanted):
        raise errors.test_failed(path)


def _field(op: str, name: str, value: object, draft: Draft, people: People) -> None:
    known = next((one for one in FIELDS if one.lower() == name.lower()), None)
    if known is None:
        raise errors.work_invalid("FieldNotFoundException", f"TF51535: Cannot find field {name}.")
    if op == "test":
        found = draft.value(known)
        _test(found.address if isinstance(found, Identity) else found, value, f"/fields/{name}")
    elif known in READ_ONLY:
        raise errors.rule_broken(known, "ReadOnly")
    elif known == "System.History":
        draft.remark = str(value)
    else:
        draft.changed[known] = None if op == "remove" else _value(known, value, draft, people)


def _value(name: str, value: object, draft: Draft, people: People) -> Value:
    if name == "System.AssignedTo":
        return _assignee(value, people)
    if name == "System.State":
        found = types.state_of(draft.kind, str(value))
        if found is None:
            raise errors.rule_broken("State", "LimitedToValues, InvalidNotEmpty")
        return found
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _assignee(value: object, people: People) -> Identity | None:
    written = value.get("uniqueName") or value.get("id") if isinstance(value, dict) else value
    if not written:
        return None
    address = str(written).rpartition("<")[2].rstrip(">")
    found = people.find(address)
    if found is None:
        raise errors.rule_broken("Assigned To", "InvalidNotEmpty, LimitedToValues: unknown identity")
    return found


def _relation(op: str, place: str, value: object, draft: Draft) -> None:
    if op == "add" and place == "-" and isinstance(value, dict):
        if _same(value, draft.relations):
            raise errors.work_invalid("RelationAlreadyExistsException", "Relation already exists.")
        attributes = value.get("attributes") or {}
        draft.relations.append({"rel": value.get("rel"), "url": value.get("url"), "attributes": attributes})
    elif op == "remove" and place.isdigit() and int(place) < len(draft.relations):
        draft.relations.pop(int(place))
    else:
        message = f"Relation {place} cannot be {op}ed: wrong index or value."
        raise errors.work_invalid("WorkItemRelationNotFoundException", message)


def _same(value: JsonObject, relations: Sequence[JsonObject]) -> bool:
    url, rel = str(value.get("url", "")).lower(), value.get("rel")
    return any(str(one["url"]).lower() == url and one["rel"] == rel for one in relations)


def _check(draft: Draft) -> None:
    """The rules of the process: a title there must be, and not too long."""
    title = str(draft.value("System.Title") or "")
    if not title.strip():
        raise errors.rule_broken("Title", "Required, InvalidEmpty")
    if len(title) > _LONGEST_TITLE:
        raise errors.rule_broken("Title", "InvalidTooLong")
