"""Tools about tasks and follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo

from application.chat.registry import Effect, Errand, Found, Passage, Tool, Workshop
from application.chat.resolve import normalised, resolve
from application.chat.tools.counting import counted
from application.chat.tools.mail import accounts_of
from application.chat.tools.proposing import outcome_of, propose
from domain.actions import Action, Status
from domain.codec import Json
from domain.errors import NotFound
from domain.kinds import Kind
from domain.messages import ME, Message
from domain.subjects import day_of, when
from domain.tasks import FollowUp, Task


@dataclass(frozen=True, slots=True)
class ListTasks:
    include_done: bool = False
    about: str = field(default="", metadata={"doc": "only those whose title holds these words"})


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
    words = normalised(wanted.about).split()
    every = workshop.store.tasks.tasks(open_only=not wanted.include_done)
    tasks = [task for task in every if all(word in normalised(task.title) for word in words)]
    accounts = accounts_of(workshop, [task.message_id for task in tasks])
    outside = [task for task in tasks if task.message_id or _is_tainted(workshop, task)]
    passages = tuple(Passage(accounts.get(task.message_id or "", ""), _task_line(task)) for task in outside)
    own = [_task_line(task) for task in tasks if task not in outside]
    said = counted(len(tasks), "task")
    lines = tuple(task.title + (f", due {day_of(task.due)}" if task.due else "") for task in tasks)
    return Found("\n".join(own) or said, said, passages, "tasks", lines=lines)


def _is_tainted(workshop: Workshop, task: Task) -> bool:
    """Whether outside text had a say in a task's words; that the owner approved it makes them no less another's."""
    try:
        return workshop.store.actions.get(task.id).tainted
    except NotFound:
        return False


def _task_line(task: Task) -> str:
    due = f" (due {task.due})" if task.due else ""
    return f"[{task.id}] {task.title}{due}" + ("" if task.is_open else " (done)")


def add_task(workshop: Workshop, errand: Errand, wanted: AddTask) -> Found:
    arguments: dict[str, Json] = {
        "title": wanted.title,
        "due": wanted.due.isoformat() if wanted.due else None,
        "remind_at": wanted.remind_at.isoformat() if wanted.remind_at else None,
    }
    action = propose(workshop, errand, Kind.CREATE_TASK, "", arguments)
    found = outcome_of([action])
    return replace(found, said=f"{found.said}{_by_when(wanted, action, workshop.zone)}")


def _by_when(wanted: AddTask, action: Action, zone: tzinfo) -> str:
    """Say how the day or the hour was understood, so that a slip is seen now and not when it is missed."""
    if wanted.remind_at is not None:
        promise = "I shall" if action.status is Status.EXECUTED else "Then I shall"
        return f" {promise} remind you on {when(wanted.remind_at, zone)}."
    return f" It is due on {day_of(wanted.due)}." if wanted.due else ""


def complete_task(workshop: Workshop, errand: Errand, wanted: CompleteTask) -> Found:
    tasks = {task.id: task for task in workshop.store.tasks.tasks()}
    titles = {id: task.title for id, task in tasks.items()}
    id = wanted.task if wanted.task in tasks else resolve(wanted.task, titles, "task", workshop.embedder)
    done = propose(workshop, errand, Kind.COMPLETE_TASK, id, {})
    return outcome_of([done], whose=_whose(workshop, tasks[id]))


def _whose(workshop: Workshop, task: Task) -> str | None:
    """Return the account whose words a task's title holds, empty where it is not known, None where they are ours."""
    if not task.message_id:
        return "" if _is_tainted(workshop, task) else None
    return accounts_of(workshop, [task.message_id]).get(task.message_id, "")


def list_follow_ups(workshop: Workshop, _: Errand, __: ListFollowUps) -> Found:
    found = workshop.store.tasks.follow_ups()
    known = workshop.store.messages.get_many([each.message_id for each in found if each.message_id])
    messages = {id: each.message for id, each in known.items()}
    passages = tuple(Passage(_account(messages, each), _follow_up_line(each)) for each in found)
    said = counted(len(found), "follow-up")
    return Found(said, said, passages, "follow-ups", lines=tuple(_owed(messages, each) for each in found))


def _account(messages: Mapping[str, Message], each: FollowUp) -> str:
    message = messages.get(each.message_id or "")
    return message.account if message else ""


def _owed(messages: Mapping[str, Message], each: FollowUp) -> str:
    """Say who owes whom, for what, and by when."""
    message = messages.get(each.message_id or "")
    if each.owed_by == ME:
        who = f"You owe {message.sender.name or message.sender.address}" if message else "You owe"
    else:
        who = f"{each.owed_by} owes you"
    return f"{who}: {each.about}" + (f", by {day_of(each.by)}" if each.by else "")


def _follow_up_line(each: FollowUp) -> str:
    return f"[{each.id}] {each.about} (owed by {each.owed_by}" + (f", by {each.by}" if each.by else "") + ")"


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
