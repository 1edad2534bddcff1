"""Everything that is kept, in memory: the store's twin."""

from __future__ import annotations

from collections.abc import Callable

from adapters.memory.action_log import MemoryActionLog
from adapters.memory.books import MemoryBooks
from adapters.memory.conversations import MemoryConversations, MemoryUsage
from adapters.memory.copies import MemoryCopies
from adapters.memory.household import (
    MemoryFacts,
    MemoryOutbox,
    MemoryPreferences,
    MemoryRules,
    MemorySources,
    MemoryTasks,
)
from adapters.memory.journal import Journal, MemoryFeed
from adapters.memory.messages import MemoryClassifications, MemoryMessages, Shelf
from application.ports.copies import Copies
from application.ports.store import Store
from domain.calendar import Event
from domain.work import PullRequest, Run, WorkItem


class MemoryStore(Store):
    def __init__(self) -> None:
        self._journal = journal = Journal()
        shelf = Shelf()
        self.messages = MemoryMessages(journal, shelf)
        self.classifications = MemoryClassifications(journal, shelf)
        self.actions = MemoryActionLog(journal)
        self.outbox = MemoryOutbox(journal)
        self.rules = MemoryRules(journal)
        self.sources = MemorySources(journal)
        self.tasks = MemoryTasks(journal, shelf.snoozes)
        self.memory = MemoryFacts(journal)
        self.preferences = MemoryPreferences(journal)
        self.feed = MemoryFeed(journal)
        self.conversations = MemoryConversations(journal)
        self.usage = MemoryUsage(journal)
        self.books = MemoryBooks(journal)
        self.events: Copies[Event] = MemoryCopies(journal, "events")
        self.pull_requests: Copies[PullRequest] = MemoryCopies(journal, "pull_requests")
        self.work_items: Copies[WorkItem] = MemoryCopies(journal, "work_items")
        self.runs: Copies[Run] = MemoryCopies(journal, "runs")

    @property
    def version(self) -> int:
        return self._journal.version

    def on_change(self, listener: Callable[[], None]) -> None:
        self._journal.listeners.append(listener)

    def close(self) -> None:
        """Nothing is held."""
