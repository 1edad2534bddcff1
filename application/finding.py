"""All that a query finds among the messages, however many pages that takes."""

from __future__ import annotations

from collections.abc import Iterator

from application.ports.store import ClassifiedMessage, MessageQuery, Messages
from domain.pages import every_page

PAGE = 200


def every_message(messages: Messages, query: MessageQuery) -> Iterator[ClassifiedMessage]:
    """Yield all that a query finds, whole, newest first."""
    for page in every_page(lambda cursor: messages.list(query, cursor, PAGE)):
        whole = messages.get_many([each.message.id for each in page.items])
        yield from (whole[each.message.id] for each in page.items)


def listed(messages: Messages, query: MessageQuery) -> Iterator[ClassifiedMessage]:
    """Yield all that a query finds, as lists show it, newest first; read page by page, as far as it is asked for."""
    for page in every_page(lambda cursor: messages.list(query, cursor, PAGE)):
        yield from page.items
