"""The owner's work: pull requests, work items, pipelines, and the repositories they are about."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kinds import Kind
from domain.reviews import Review
from domain.work import Branch, Commit, Repository, Run, RunState, WorkItem
from web.api.operations import Call, Operation, up_to

MOST_COMMITS = 100


@dataclass(frozen=True, slots=True)
class PullQuery:
    """`waiting`: only those that wait for the owner; `mine`: only his own."""

    waiting: bool = False
    mine: bool = False


@dataclass(frozen=True, slots=True)
class ReviewList:
    items: tuple[Review, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """An open proposal on a pull request: what `/api/actions/{id}` shows in full."""

    id: str
    kind: Kind
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class WholeReview:
    """One pull request with the cards that are open on it."""

    review: Review
    actions: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """`mine`: only those assigned to the owner."""

    mine: bool = False


@dataclass(frozen=True, slots=True)
class WorkItemList:
    items: tuple[WorkItem, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class RunQuery:
    """`state`: only runs that stand so."""

    state: RunState | None = None


@dataclass(frozen=True, slots=True)
class RunList:
    items: tuple[Run, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class RepositoryList:
    items: tuple[Repository, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class CommitQuery:
    """`branch`: the default one where it is left out."""

    branch: str = ""
    limit: int = up_to(MOST_COMMITS, usually=20)


@dataclass(frozen=True, slots=True)
class CommitList:
    items: tuple[Commit, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class BranchList:
    items: tuple[Branch, ...]
    next_cursor: str | None = None


def list_pulls(call: Call) -> ReviewList:
    work, query = call.services.work, call.query
    work.refresh()
    found = (each for each in work.reviews() if each.waits or not query.waiting)
    return ReviewList(tuple(each for each in found if each.pull.is_mine or not query.mine))


def show_pull(call: Call) -> WholeReview:
    work, id = call.services.work, call.path["id"]
    work.refresh()
    actions = call.services.store.actions.open_for([id])
    cards = tuple(Card(each.id, each.kind, each.title, each.status.value) for each in actions)
    return WholeReview(work.review(id), cards)


def list_items(call: Call) -> WorkItemList:
    work, query = call.services.work, call.query
    work.refresh()
    return WorkItemList(tuple(each for each in work.work_items() if each.is_mine or not query.mine))


def list_runs(call: Call) -> RunList:
    work, query = call.services.work, call.query
    work.refresh()
    return RunList(tuple(each for each in work.runs() if query.state in (None, each.state)))


def list_repositories(call: Call) -> RepositoryList:
    return RepositoryList(call.services.work.repositories())


def list_commits(call: Call) -> CommitList:
    query: CommitQuery = call.query
    work, repository = call.services.work, call.services.work.repository(call.path["id"])
    return CommitList(work.code_of(repository).commits(repository, query.branch, query.limit))


def list_branches(call: Call) -> BranchList:
    work, repository = call.services.work, call.services.work.repository(call.path["id"])
    return BranchList(work.code_of(repository).branches(repository))


_AT = "/api/devops"
OPERATIONS = (
    Operation("GET", f"{_AT}/pull-requests", "Pull requests, those that wait first", list_pulls, ReviewList, PullQuery),
    Operation("GET", f"{_AT}/pull-requests/{{id}}", "One pull request", show_pull, WholeReview),
    Operation("GET", f"{_AT}/work-items", "Open work items", list_items, WorkItemList, ItemQuery),
    Operation("GET", f"{_AT}/pipelines", "The latest runs of pipelines", list_runs, RunList, RunQuery),
    Operation("GET", f"{_AT}/repositories", "Repositories", list_repositories, RepositoryList),
    Operation("GET", f"{_AT}/repositories/{{id}}/commits", "Newest commits", list_commits, CommitList, CommitQuery),
    Operation("GET", f"{_AT}/repositories/{{id}}/branches", "Branches", list_branches, BranchList),
)
