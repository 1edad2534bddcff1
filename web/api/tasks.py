"""What is owed: tasks and follow-ups. What the owner adds and completes is in the action log, and can be undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.errors import Conflict, Invalid
from domain.kinds import Kind
from domain.tasks import FollowUp, Task
from web.api.operations import Call, Operation
from web.api.own_word import carry_out


@dataclass(frozen=True, slots=True)
class OwedQuery:
    """`all`: those that are done as well."""

    all: bool = False


@dataclass(frozen=True, slots=True)
class TaskList:
    items: tuple[Task, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpList:
    items: tuple[FollowUp, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class TaskForm:
    title: str
    due: date | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewTaskForm(TaskForm):
    """`message_id`: the message that it comes from."""

    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpForm:
    """`owed_by` is `me`, or the address of who owes."""

    about: str
    owed_by: str = "me"
    by: date | None = None


@dataclass(frozen=True, slots=True)
class NewFollowUpForm(FollowUpForm):
    """`message_id`: the message that it comes from."""

    message_id: str | None = None


def _check_said(text: str, where: str) -> None:
    if not text.strip():
        raise Invalid("say what it is about; an empty line reminds nobody", where=where)


def list_tasks(call: Call) -> TaskList:
    return TaskList(call.services.store.tasks.tasks(open_only=not call.query.all))


def show_task(call: Call) -> Task:
    return call.services.store.tasks.task(call.path["id"])


def add_task(call: Call) -> Task:
    form: NewTaskForm = call.body
    if not form.message_id:  # else the message says what is to be done
        _check_said(form.title, "title")
    action = carry_out(call, Kind.CREATE_TASK, form.message_id, TaskForm(form.title, form.due, form.remind_at))
    return call.services.store.tasks.task(action.id)


def change_task(call: Call) -> Task:
    form: TaskForm = call.body
    _check_said(form.title, "title")
    known = show_task(call)
    changed = replace(known, title=form.title, due=form.due, remind_at=form.remind_at)
    call.services.store.tasks.put_task(changed)
    return changed


def complete_task(call: Call) -> Task:
    if not show_task(call).is_open:
        raise Conflict("it is done already", code="already_done")
    carry_out(call, Kind.COMPLETE_TASK, None, None, on=call.path["id"])
    return show_task(call)


def delete_task(call: Call) -> None:
    call.services.store.tasks.delete_task(show_task(call).id)


def list_follow_ups(call: Call) -> FollowUpList:
    return FollowUpList(call.services.store.tasks.follow_ups(open_only=not call.query.all))


def show_follow_up(call: Call) -> FollowUp:
    return call.services.store.tasks.follow_up(call.path["id"])


def add_follow_up(call: Call) -> FollowUp:
    form: NewFollowUpForm = call.body
    if not form.message_id:
        _check_said(form.about, "about")
    action = carry_out(call, Kind.CREATE_FOLLOW_UP, form.message_id, FollowUpForm(form.about, form.owed_by, form.by))
    return call.services.store.tasks.follow_up(action.id)


def change_follow_up(call: Call) -> FollowUp:
    form: FollowUpForm = call.body
    _check_said(form.about, "about")
    changed = replace(show_follow_up(call), about=form.about, owed_by=form.owed_by, by=form.by)
    call.services.store.tasks.put_follow_up(changed)
    return changed


def close_follow_up(call: Call) -> FollowUp:
    known = show_follow_up(call)
    if not known.is_open:
        raise Conflict("it is closed already", code="already_done")
    closed = replace(known, closed_at=call.services.clock.now())
    call.services.store.tasks.put_follow_up(closed)
    return closed


def delete_follow_up(call: Call) -> None:
    call.services.store.tasks.delete_follow_up(show_follow_up(call).id)


OPERATIONS = (
    Operation("GET", "/api/tasks", "Tasks by due date", list_tasks, TaskList, OwedQuery),
    Operation("POST", "/api/tasks", "Add a task", add_task, Task, body=NewTaskForm, status=201),
    Operation("GET", "/api/tasks/{id}", "One task", show_task, Task),
    Operation("PUT", "/api/tasks/{id}", "Change a task", change_task, Task, body=TaskForm),
    Operation("POST", "/api/tasks/{id}/complete", "It is done", complete_task, Task),
    Operation("DELETE", "/api/tasks/{id}", "Remove a task", delete_task, status=204),
    Operation("GET", "/api/follow-ups", "What is owed, by date", list_follow_ups, FollowUpList, OwedQuery),
    Operation("POST", "/api/follow-ups", "Follow up", add_follow_up, FollowUp, body=NewFollowUpForm, status=201),
    Operation("GET", "/api/follow-ups/{id}", "One follow-up", show_follow_up, FollowUp),
    Operation("PUT", "/api/follow-ups/{id}", "Change a follow-up", change_follow_up, FollowUp, body=FollowUpForm),
    Operation("POST", "/api/follow-ups/{id}/close", "The answer came", close_follow_up, FollowUp),
    Operation("DELETE", "/api/follow-ups/{id}", "Remove a follow-up", delete_follow_up, status=204),
)
