"""The owner's work as Azure DevOps has it: repositories, pull requests, work items and runs, with right answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the organisation."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One file of a pull request: its text before (None: new) and after (None: gone)."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Push:
    """One commit of a pull request; `changes` are those that come with it."""

    message: str
    when: datetime
    changes: tuple[CodeChange, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A reviewer and the vote so far."""

    who: Member
    vote: int = 0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said, on a file where `path` names one."""

    who: Member
    text: str
    when: datetime
    path: str = ""


@dataclass(frozen=True, slots=True)
class PullAnswer:
    """What a perfect reader makes of one pull request.

    `waits` says that it waits for the owner. `links` are the work items linked to it, `meant` those that branch, title
    or description name and that are not linked. `risks` are among `large`, `no tests`, `pipeline red`, `no work item`,
    `hostile`. `proposals` are those that must be offered and `never` those that must not, among `approve`, `ask for
    changes`, `create work item`, `link work item`. `mail` is the key of the mail that asks for this review. A fair
    summary holds one of `summary_words` at least.
    """

    waits: bool
    links: tuple[int, ...] = ()
    meant: tuple[int, ...] = ()
    risks: frozenset[str] = frozenset()
    proposals: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    mail: str = ""
    rank: int | None = None
    summary_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request; `pushes` in order, oldest first; `key` names it in the household's data, whatever the seed."""

    key: str
    id: int
    project: str
    repository: str
    branch: str
    target: str
    title: str
    description: str
    creator: Member
    created: datetime
    pushes: tuple[Push, ...]
    reviewers: tuple[Vote, ...]
    work_items: tuple[int, ...]
    answer: PullAnswer
    remarks: tuple[Remark, ...] = ()
    labels: tuple[str, ...] = ()
    draft: bool = False

    @property
    def changes(self) -> tuple[CodeChange, ...]:
        """Everything that it changes."""
        return tuple(change for push in self.pushes for change in push.changes)


@dataclass(frozen=True, slots=True)
class WorkAnswer:
    """What a perfect reader makes of one work item: whether it is the owner's to do, and how urgent."""

    mine: bool
    open: bool
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One work item."""

    key: str
    id: int
    project: str
    kind: str
    title: str
    description: str
    state: str
    priority: int
    creator: Member
    assigned: Member | None
    created: datetime
    changed: datetime
    answer: WorkAnswer
    tags: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a pipeline: of a pull request (its id) or of a branch; `result` is empty while it runs."""

    key: str
    id: int
    project: str
    repository: str
    pipeline: str
    by: Member
    started: datetime
    minutes: int
    result: str
    pull_request: int | None = None
    branch: str = ""
    failed: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Works:
    """The organisation as the owner finds it."""

    organization: str
    me: Member
    members: tuple[Member, ...]
    repositories: tuple[tuple[str, str], ...]
    pull_requests: tuple[PullRequest, ...]
    work_items: tuple[WorkItem, ...]
    runs: tuple[Run, ...]

    def pull_request(self, key: str) -> PullRequest:
        """Return the pull request that the data calls `key`."""
        return next(one for one in self.pull_requests if one.key == key)

    def work_item(self, key: str) -> WorkItem:
        """Return the work item that the data calls `key`."""
        return next(one for one in self.work_items if one.key == key)

    def run(self, key: str) -> Run:
        """Return the run that the data calls `key`."""
        return next(one for one in self.runs if one.key == key)
