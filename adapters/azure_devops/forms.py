"""The vendor's forms of people, pull requests, work items and runs, made ours."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.azure_devops.ids import item_id, pull_id, run_id
from domain.messages import Address
from domain.reviews import is_test
from domain.work import (
    MOST_FILES,
    FileChange,
    Person,
    Policy,
    PolicyState,
    PullRequest,
    PullStatus,
    Remark,
    Reviewer,
    Run,
    RunState,
    Vote,
    WorkItem,
)

Model = Any
PROVIDER = "azure_devops"
VOTES: Mapping[int, Vote] = {
    10: Vote.APPROVE,
    5: Vote.APPROVE_WITH_SUGGESTIONS,
    0: Vote.NONE,
    -5: Vote.WAIT,
    -10: Vote.REJECT,
}
_ABOUT_VOTES = frozenset({"fa4e907d-c16b-4a4c-9dfa-4906e5d171dd", "fd2167ab-b0be-447a-8ec8-39368250530e"})
_POLICIES = {"approved": PolicyState.HOLDS, "notApplicable": PolicyState.HOLDS, "rejected": PolicyState.BROKEN}
_STATUS = {"completed": PullStatus.COMPLETED, "abandoned": PullStatus.ABANDONED}
_RESULTS = {"succeeded": RunState.SUCCEEDED, "partiallySucceeded": RunState.FAILED, "canceled": RunState.CANCELED}
_SETTLED = frozenset({"fixed", "closed", "wontFix", "byDesign"})
_TAG = re.compile(r"<[^>]*>")
_NOTIFIERS = ("azuredevops@microsoft.com", "noreply@dev.azure.com")
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Who signed in, and how his account is called."""

    account: str
    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What the files of a pull request come to."""

    pushed_at: datetime | None = None
    files: tuple[FileChange, ...] = ()
    file_count: int = 0
    test_count: int = 0
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What may change in a pull request without a push."""

    remarks: tuple[Remark, ...] = ()
    policies: tuple[Policy, ...] = ()
    work_items: tuple[int, ...] = ()
    run: Run | None = None


def person(model: Model) -> Person:
    if model is None:
        return Person("", "")
    told = model if isinstance(model, dict) else model.told
    name = told.get("displayName") or ""
    address = told.get("uniqueName") or ""
    who = Address.told(str(name), str(address))
    return Person(str(told.get("id") or ""), who.name, who.address)


def pull_request(
    owner: Owner, source: str, model: Model, changed: Changed, standing: Standing, teams: Container[str] = ()
) -> PullRequest:
    """Return a pull request with all that belongs to it; `teams` are the ids of the owner's."""
    author = person(model.created_by)
    run = standing.run
    return PullRequest(
        id=pull_id(owner.account, model.pull_request_id),
        account=owner.account,
        provider=PROVIDER,
        source=source,
        number=model.pull_request_id,
        title=model.title or "",
        description=(model.description or "")[:LONGEST_TEXT],
        project=model.repository.project.name,
        repository=model.repository.name,
        repository_id=model.repository.id,
        branch=short(model.source_ref_name),
        target=short(model.target_ref_name),
        author=author,
        created_at=moment(model.creation_date),
        commit=commit_of(model),
        status=_STATUS.get(model.status, PullStatus.ACTIVE),
        is_draft=bool(model.is_draft),
        is_mine=author.id == owner.id,
        has_conflicts=model.merge_status == "conflicts",
        pushed_at=changed.pushed_at,
        reviewers=tuple(_reviewer(owner, teams, each) for each in model.reviewers or ()),
        files=changed.files,
        file_count=changed.file_count,
        test_count=changed.test_count,
        messages=changed.messages,
        remarks=standing.remarks,
        policies=standing.policies,
        labels=tuple(each.name for each in model.labels or ()),
        work_items=standing.work_items,
        run=run.state if run else RunState.NONE,
        run_id=run.id if run else "",
        run_issue=run.issue if run else "",
        link=link_of(model),
        told_by=_NOTIFIERS,
    )


def changed_files(paths: Iterable[FileChange], pushed_at: datetime | None, messages: Sequence[str]) -> Changed:
    files = tuple(paths)
    tests = sum(is_test(each.path) for each in files)
    return Changed(pushed_at, files[:MOST_FILES], len(files), tests, tuple(messages))


def file_change(told: Mapping[str, Any]) -> FileChange | None:
    """Return a changed file; None for a folder."""
    item = told.get("item") or {}
    if item.get("isFolder") or not item.get("path"):
        return None
    return FileChange(str(item["path"]).lstrip("/"), str(told.get("changeType", "edit")).partition(",")[0])


def remark(thread: Model) -> Remark | None:
    """Return what opens a conversation; None for what the system says, and what was taken back."""
    said = next((each for each in thread.comments or () if each.comment_type != "system"), None)
    if said is None or thread.is_deleted or said.is_deleted or not said.content:
        return None
    path = thread.thread_context.file_path if thread.thread_context else ""
    settled = thread.status in _SETTLED
    return Remark(person(said.author), said.content[:2000], moment(said.published_date), path or "", settled)


def policy(model: Model) -> Policy | None:
    """Return a condition that must be met; None for advice."""
    configured = model.configuration
    if not configured.is_blocking or not configured.is_enabled:
        return None
    state = _POLICIES.get(model.status, PolicyState.WAITS)
    return Policy(configured.type.display_name, state, str(configured.type.id) in _ABOUT_VOTES)


def run(owner: Owner, source: str, model: Model, issue: str = "") -> Run:
    told = model.trigger_info or {}
    number = str(told.get("pr.number", ""))
    return Run(
        id=run_id(owner.account, model.id),
        account=owner.account,
        provider=PROVIDER,
        source=source,
        number=model.id,
        name=model.build_number or str(model.id),
        project=model.project.name,
        pipeline=model.definition.name,
        repository=model.repository.name or "",
        branch=short(model.source_branch),
        commit=model.source_version or "",
        state=run_state(model),
        queued_at=moment(model.queue_time),
        by=person(model.requested_for),
        pull_request=int(number) if number.isdigit() else None,
        started_at=model.start_time and moment(model.start_time),
        finished_at=model.finish_time and moment(model.finish_time),
        issue=issue[:500],
        link=link_of(model),
    )


def run_state(model: Model) -> RunState:
    if model.status != "completed":
        return RunState.RUNNING
    return _RESULTS.get(model.result, RunState.FAILED)


def work_item(owner: Owner, source: str, model: Model, category: str) -> WorkItem:
    fields = model.fields
    assigned = fields.get("System.AssignedTo")
    tags = str(fields.get("System.Tags") or "")
    priority = fields.get("Microsoft.VSTS.Common.Priority")
    return WorkItem(
        id=item_id(owner.account, model.id),
        account=owner.account,
        provider=PROVIDER,
        source=source,
        number=model.id,
        project=str(fields.get("System.TeamProject", "")),
        kind=str(fields.get("System.WorkItemType", "")),
        title=str(fields.get("System.Title", "")),
        state=str(fields.get("System.State", "")),
        changed_at=read_moment(str(fields.get("System.ChangedDate", ""))),
        is_open=category not in ("Completed", "Removed"),
        is_mine=bool(assigned) and person(assigned).id == owner.id,
        priority=int(priority) if isinstance(priority, int | float) else None,
        assigned_to=person(assigned) if assigned else None,
        description=plain(str(fields.get("System.Description") or ""))[:LONGEST_TEXT],
        tags=tuple(tag.strip() for tag in tags.split(";") if tag.strip()),
        version=str(model.rev),
        link=link_of(model),
    )


def commit_of(model: Model) -> str:
    """Return the last commit of a pull request's branch."""
    return str(model.last_merge_source_commit.commit_id) if model.last_merge_source_commit else ""


def link_of(model: Model) -> str:
    """Return where people look at it."""
    links = model._links.told if model._links is not None else {}
    for name in ("web", "html"):
        if isinstance(links.get(name), dict):
            return str(links[name].get("href", ""))
    return ""


def short(ref: str | None) -> str:
    """Return a branch without `refs/heads/`."""
    return (ref or "").removeprefix("refs/heads/")


def moment(told: datetime) -> datetime:
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def read_moment(text: str) -> datetime:
    return moment(datetime.fromisoformat(text))


def plain(markup: str) -> str:
    """Return the text of a field that holds HTML."""
    broken = re.sub(r"<(br|/p|/div|/li)[^>]*>", "\n", markup, flags=re.IGNORECASE)
    return html.unescape(_TAG.sub("", broken)).strip()


def marked_up(text: str) -> str:
    """Return a text for a field that holds HTML, in which nothing of it is markup but where its lines end."""
    return html.escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def _reviewer(owner: Owner, teams: Container[str], model: Model) -> Reviewer:
    vote = VOTES.get(model.vote or 0, Vote.NONE)
    return Reviewer(person(model), vote, bool(model.is_required), model.id == owner.id, model.id in teams)
