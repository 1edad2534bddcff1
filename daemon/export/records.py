"""What is exported: each kind of thing that a household keeps, one JSON object each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from application.ports.action_log import ActionQuery
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from domain.codec import Json, encode

Record = dict[str, Json]
PAGE = 200


def every_message(store: Store) -> Iterator[ClassifiedMessage]:
    """Yield all messages with their whole bodies, newest first, those that are gone at the provider included."""
    cursor: str | None = None
    while True:
        page = store.messages.list(MessageQuery(include_removed=True), cursor, PAGE)
        whole = store.messages.get_many([each.message.id for each in page.items])
        yield from (whole[each.message.id] for each in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


def messages(store: Store) -> Iterator[Record]:
    for each in every_message(store):
        verdict = encode(each.classification) if each.classification else None
        yield {**_form(each.message), "kind": each.message.kind, "classification": verdict, "removed": each.removed}


def actions(store: Store) -> Iterator[Record]:
    """Yield every action with all its events, newest first."""
    cursor: str | None = None
    while True:
        page = store.actions.list(ActionQuery(), cursor, PAGE)
        for action in page.items:
            yield {**_form(action), "events": encode(store.actions.entries(action.id))}
        cursor = page.next_cursor
        if cursor is None:
            return


def tasks(store: Store) -> Iterator[Record]:
    yield from map(_form, store.tasks.tasks(open_only=False))


def follow_ups(store: Store) -> Iterator[Record]:
    yield from map(_form, store.tasks.follow_ups(open_only=False))


def memory(store: Store) -> Iterator[Record]:
    yield from map(_form, store.memory.all())


def rules(store: Store) -> Iterator[Record]:
    yield from map(_form, store.rules.all())


def events(store: Store) -> Iterator[Record]:
    yield from map(_form, store.events.all())


def conversations(store: Store) -> Iterator[Record]:
    """Yield every conversation with all that was said in it."""
    cursor: str | None = None
    while True:
        page = store.conversations.list(cursor, PAGE)
        for each in page.items:
            yield {**_form(each), "entries": encode(store.conversations.entries(each.id))}
        cursor = page.next_cursor
        if cursor is None:
            return


def _form(thing: object) -> Record:
    form = encode(thing)
    assert isinstance(form, dict)
    return form


RECORDS: dict[str, Callable[[Store], Iterator[Record]]] = {
    "messages": messages,
    "actions": actions,
    "tasks": tasks,
    "follow-ups": follow_ups,
    "memory": memory,
    "rules": rules,
    "events": events,
    "conversations": conversations,
}
