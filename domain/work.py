"""The owner's work: pull requests and what waits for whom in them, work items, and runs of pipelines."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendar import Span


class Vote(StrEnum):
    """What a reviewer says; `none` takes back what he said."""

    APPROVE = "approve"
    APPROVE_WITH_SUGGESTIONS = "approve_with_suggestions"
    NONE = "none"
    WAIT = "wait"
    REJECT = "reject"


class PullStatus(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    ABANDONED = "abandoned"


class RunState(StrEnum):
    """How a run of a pipeline stands; `none` where there is no run."""

    NONE = "none"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class PolicyState(StrEnum):
    """How a pull request stands to a policy of its target branch."""

    HOLDS = "holds"
    WAITS = "waits"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the organisation; `id` is the provider's own, by which reviewers are known."""

    id: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who is asked for a review; `via_team` marks a team that the owner belongs to."""

    person: Person
    vote: Vote = Vote.NONE
    required: bool = False
    is_owner: bool = False
    via_team: bool = False


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a pull request; `change` is add, edit, delete or rename."""

    path: str
    change: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A condition of the target branch. `is_about_votes`: it waits for reviewers, the owner perhaps among them."""

    name: str
    state: PolicyState
    is_about_votes: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """The first words of a conversation in a pull request, on a file where `path` names one."""

    by: Person
    text: str
    at: datetime
    path: str = ""
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request as its source has it.

    `commit` is the last one of `branch`, and `pushed_at` when it came. `files` are at most `MOST_FILES` of
    `file_count`, with every test counted in `test_count`. `messages` are those of its commits, the newest first.
    `work_items` are the numbers of those linked to it. `run` is how the pipeline stands to that commit, `run_id` is
    Alfred's id of that run, and `run_issue` what failed there. `told_by` are the addresses that the
    provider writes of it from.
    """

    id: str
    account: str
    provider: str
    source: str
    number: int
    title: str
    description: str
    project: str
    repository: str
    repository_id: str
    branch: str
    target: str
    author: Person
    created_at: datetime
    commit: str
    status: PullStatus = PullStatus.ACTIVE
    is_draft: bool = False
    is_mine: bool = False
    has_conflicts: bool = False
    pushed_at: datetime | None = None
    reviewers: tuple[Reviewer, ...] = ()
    files: tuple[FileChange, ...] = ()
    file_count: int = 0
    test_count: int = 0
    messages: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    policies: tuple[Policy, ...] = ()
    labels: tuple[str, ...] = ()
    work_items: tuple[int, ...] = ()
    run: RunState = RunState.NONE
    run_id: str = ""
    run_issue: str = ""
    link: str = ""
    told_by: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.created_at, self.created_at)

    @property
    def own_vote(self) -> Vote:
        """What the owner said so far."""
        return next((each.vote for each in self.reviewers if each.is_owner), Vote.NONE)

    @property
    def waits_for_owner(self) -> bool:
        """Whether somebody waits for the owner's review of what was pushed last: his own, or any of a team of his."""
        waits_for_team = any(each.via_team and each.vote is Vote.NONE for each in self.reviewers)
        asked = not self.is_mine and (waits_for_team or any(each.is_owner for each in self.reviewers))
        return asked and self.status is PullStatus.ACTIVE and not self.is_draft and self.own_vote is Vote.NONE

    @property
    def policies_hold(self) -> bool:
        """Whether every condition is met, but for votes that are still to come."""
        return all(
            each.state is PolicyState.HOLDS or (each.is_about_votes and each.state is PolicyState.WAITS)
            for each in self.policies
        )

    @property
    def can_be_approved(self) -> bool:
        """Whether nothing speaks against an approval but what a reader finds: the pipeline is green, policies hold.

        Where the provider has not told the commit yet, there is nothing that an approval could be bound to.
        """
        is_green = self.run is RunState.SUCCEEDED and self.policies_hold
        return bool(self.commit) and is_green and not self.has_conflicts

    @property
    def is_turned_down(self) -> bool:
        """Whether something speaks against an approval, other than what has only not come yet."""
        broken = any(each.state is PolicyState.BROKEN for each in self.policies)
        return self.run is RunState.FAILED or broken or self.has_conflicts

    @property
    def shown_state(self) -> str:
        """A fingerprint of what an approval rests on, which begins with the commit that was looked at."""
        policies = sorted((each.name, each.state.value) for each in self.policies if not each.is_about_votes)
        state = repr((self.run.value, policies, self.has_conflicts, self.is_draft, self.target))
        return f"{self.commit}:{hashlib.sha256(state.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One work item. `version` changes with every change; `is_open` is not yet done or removed."""

    id: str
    account: str
    provider: str
    source: str
    number: int
    project: str
    kind: str
    title: str
    state: str
    changed_at: datetime
    is_open: bool = True
    is_mine: bool = False
    priority: int | None = None
    assigned_to: Person | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    version: str = ""
    link: str = ""

    @property
    def span(self) -> Span:
        return Span(self.changed_at, self.changed_at)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a pipeline, of a branch or for a pull request."""

    id: str
    account: str
    provider: str
    source: str
    number: int
    name: str
    project: str
    pipeline: str
    repository: str
    branch: str
    commit: str
    state: RunState
    queued_at: datetime
    by: Person
    pull_request: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    issue: str = ""
    link: str = ""

    @property
    def span(self) -> Span:
        return Span(self.queued_at, self.queued_at)


@dataclass(frozen=True, slots=True)
class Repository:
    id: str
    account: str
    project: str
    name: str
    default_branch: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    id: str
    message: str
    by: str
    at: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    name: str
    commit: str
    ahead: int = 0
    behind: int = 0


MOST_FILES = 200
