"""Tools about tasks and follow-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from application.chat.registry import Effect, Errand, Found, Tool, Workshop
from application.chat.resolve import resolve
from application.chat.tools.actions import outcome_of, propose
from domain.codec import Json
from domain.kinds import Kind


@dataclass(frozen=True, slots=True)
class ListTasks:
    include_done: bool = False


@dataclass(frozen=True, slots=True)
class AddTask:
    title: str
    due: date | None = field(default=None, metadata={"doc": "YYYY-MM-DD in the owner's zone"})
    remind_at: datetime | None = field(default=None, metadata={"doc": "when to buzz the owner"})


@dataclass(frozen=True, slots=True)
class CompleteTask:
    task: str = field(metadata={"doc": "the task's id or its title"})


@dataclass(frozen=True, slots=True)
class ListFollowUps:
    """No arguments."""


def list_tasks(workshop: Workshop, _: Errand, wanted: ListTasks) -> Found:
    tasks = workshop.store.tasks.tasks(open_only=not wanted.include_done)
    lines = [
        f"[{t.id}] {t.title}" + (f" (due {t.due})" if t.due else "") + ("" if t.is_open else " (done)") for t in tasks
    ]
    return Found(
        "\n".join(lines) or "no tasks",
        f"{len(lines) or 'No'} tasks",
        outside=any(t.message_id for t in tasks),
        lines=tuple(t.title + (f", due {t.due}" if t.due else "") for t in tasks),
    )


def add_task(workshop: Workshop, errand: Errand, wanted: AddTask) -> Found:
    arguments: dict[str, Json] = {
        "title": wanted.title,
        "due": wanted.due.isoformat() if wanted.due else None,
        "remind_at": wanted.remind_at.isoformat() if wanted.remind_at else None,
    }
    return outcome_of([propose(workshop, errand, Kind.CREATE_TASK, "", arguments)], [])


def complete_task(workshop: Workshop, errand: Errand, wanted: CompleteTask) -> Found:
    tasks = {task.id: task.title for task in workshop.store.tasks.tasks()}
    id = wanted.task if wanted.task in tasks else resolve(wanted.task, tasks, "task")
    return outcome_of([propose(workshop, errand, Kind.COMPLETE_TASK, id, {})], [])


def list_follow_ups(workshop: Workshop, _: Errand, __: ListFollowUps) -> Found:
    found = workshop.store.tasks.follow_ups()
    lines = [f"[{f.id}] {f.about} (owed by {f.owed_by}" + (f", by {f.by}" if f.by else "") + ")" for f in found]
    return Found(
        "\n".join(lines) or "no follow-ups",
        f"{len(lines) or 'No'} follow-ups",
        outside=bool(lines),
        lines=tuple(f.about for f in found),
    )


TOOLS = (
    Tool(
        "list_tasks",
        "List the owner's tasks.",
        ListTasks,
        Effect.READS,
        list_tasks,
        ("task", "tasks", "todo", "to do", "list"),
    ),
    Tool(
        "add_task",
        "Add a task, with a due day and a reminder if wanted.",
        AddTask,
        Effect.PROPOSES,
        add_task,
        ("task", "remind", "reminder", "todo", "add", "remember to"),
    ),
    Tool(
        "complete_task",
        "Mark a task as done.",
        CompleteTask,
        Effect.PROPOSES,
        complete_task,
        ("done", "complete", "finished", "tick"),
    ),
    Tool(
        "list_follow_ups",
        "List what somebody owes an answer to.",
        ListFollowUps,
        Effect.READS,
        list_follow_ups,
        ("follow", "follow-up", "follow-ups", "owe", "owes", "waiting for"),
    ),
)
