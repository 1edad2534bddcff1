"""What every collection of Graph understands: $select, $filter, $orderby, $top, $skip, $count and pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from sandbox.microsoft import filters
from sandbox.microsoft.call import Call, JsonObject, Outcome
from sandbox.microsoft.errors import bad_query

Show = Callable[[], JsonObject]


@dataclass(frozen=True, slots=True)
class Collection:
    """How one collection is paged: its context, the page sizes, and which properties can be selected."""

    context: str
    properties: frozenset[str]
    kind: str
    default: int = 10
    most: int = 1000


def names(text: str) -> frozenset[str]:
    """The names of properties, written one after the other."""
    return frozenset(text.split())


def context(call: Call, path: str) -> str:
    return f"{call.base}/$metadata#{path}"


def select(call: Call, item: JsonObject, properties: frozenset[str], kind: str) -> JsonObject:
    """Leave only what $select names; ids, tags and annotations stay."""
    asked = selected(call, properties, kind)
    if not asked:
        return item
    return {name: value for name, value in item.items() if name in asked or name == "id" or name.startswith("@")}


def selected(call: Call, properties: frozenset[str], kind: str) -> frozenset[str]:
    asked = frozenset(name.strip() for name in call.text("$select").split(",") if name.strip())
    for name in sorted(asked - properties):
        raise bad_query(f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.")
    return asked


def number(call: Call, name: str, default: int, most: int, least: int = 1) -> int:
    text = call.text(name)
    if not text:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        raise bad_query(f"Invalid value '{text}' for {name}: it must be between {least} and {most}.")
    return int(text)


def listed(call: Call, items: Iterable[JsonObject], of: Collection) -> Outcome:
    """A page of items (already in their natural order) with the link to the next one."""
    selected(call, of.properties, of.kind)
    shown = arranged(call, list(items))
    top = number(call, "$top", _page_size(call, of), of.most)
    skip = number(call, "$skip", 0, 10**9, least=0)
    page = [select(call, item, of.properties, of.kind) for item in shown[skip : skip + top]]
    body: JsonObject = {"@odata.context": context(call, of.context)}
    if call.text("$count") == "true":
        body["@odata.count"] = len(shown)
    if skip + top < len(shown):
        body["@odata.nextLink"] = link(call, {**call.query, "$top": str(top), "$skip": str(skip + top)})
    return Outcome(body | {"value": page})


def arranged(call: Call, items: Sequence[JsonObject]) -> list[JsonObject]:
    """Filter and sort; Graph wants the sorted properties first in the filter, in the same order."""
    restriction = filters.parse(call.text("$filter")) if call.text("$filter") else None
    order = filters.order(call.text("$orderby"))
    if restriction and order and restriction.names[: len(order)] != tuple(name for name, _ in order):
        raise filters.too_complex()
    found = [item for item in items if restriction is None or restriction.matches(item)]
    for name, downwards in reversed(order):
        found.sort(key=lambda item: _sortable(filters.find(item, name)), reverse=downwards)
    return found


def link(call: Call, query: Mapping[str, str]) -> str:
    return f"{call.base}{call.target}?{urlencode(query, safe='$', quote_via=quote)}"


def _page_size(call: Call, of: Collection) -> int:
    asked = call.prefers("odata.maxpagesize") or ""
    return min(int(asked), of.most) if asked.isdigit() and int(asked) else of.default


def _sortable(value: object) -> tuple[int, str]:
    return (0, "") if value is None else (1, str(value).lower())
