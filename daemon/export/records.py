"""What is exported: each kind of thing that a household keeps, one JSON object each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from application.acting.limits import Limits
from application.finding import every_message
from application.ports.action_log import ActionQuery
from application.ports.books import TransactionQuery
from application.ports.store import ClassifiedMessage, MessageQuery, Store
from domain.codec import Json, encode
from domain.pages import every_page

Record = dict[str, Json]
PAGE = 200


def all_messages(store: Store) -> Iterator[ClassifiedMessage]:
    """Yield all messages with their whole bodies, newest first, those that are gone at the provider included."""
    return every_message(store.messages, MessageQuery(include_removed=True))


def messages(store: Store) -> Iterator[Record]:
    for each in all_messages(store):
        verdict = encode(each.classification) if each.classification else None
        yield {**_form(each.message), "kind": each.message.kind, "classification": verdict, "removed": each.removed}


def actions(store: Store) -> Iterator[Record]:
    """Yield every action with all its events, newest first."""
    for page in every_page(lambda cursor: store.actions.list(ActionQuery(), cursor, PAGE)):
        for action in page.items:
            yield {**_form(action), "events": encode(store.actions.entries(action.id))}


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
    for page in every_page(lambda cursor: store.conversations.list(cursor, PAGE)):
        for each in page.items:
            yield {**_form(each), "entries": encode(store.conversations.entries(each.id))}


def snoozes(store: Store) -> Iterator[Record]:
    yield from map(_form, store.tasks.snoozes())


def statements(store: Store) -> Iterator[Record]:
    yield from map(_form, store.books.statements())


def transactions(store: Store) -> Iterator[Record]:
    for page in every_page(lambda cursor: store.books.page(TransactionQuery(), cursor, PAGE)):
        yield from map(_form, page.items)


def budgets(store: Store) -> Iterator[Record]:
    """Yield each monthly limit, with its category."""
    limits = Limits(store.preferences)
    yield from map(_form, filter(None, map(limits.get, limits.categories())))


def pull_requests(store: Store) -> Iterator[Record]:
    yield from map(_form, store.pull_requests.all())


def work_items(store: Store) -> Iterator[Record]:
    yield from map(_form, store.work_items.all())


def runs(store: Store) -> Iterator[Record]:
    yield from map(_form, store.runs.all())


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
    "snoozes": snoozes,
    "statements": statements,
    "transactions": transactions,
    "budgets": budgets,
    "pull-requests": pull_requests,
    "work-items": work_items,
    "runs": runs,
    "conversations": conversations,
}
