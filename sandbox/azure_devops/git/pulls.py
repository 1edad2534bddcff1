"""Pull requests as they stand: reviewers and votes, iterations, threads, labels, statuses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.git.store import Commit, FileChange, Repository, changes, ref
from sandbox.azure_devops.people import Identity
from sandbox.microsoft.call import JsonObject

VOTES = (-10, -5, 0, 5, 10)


@dataclass(slots=True)
class Reviewer:
    """Somebody asked to review, and the vote so far."""

    who: Identity
    vote: int = 0
    required: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Iteration:
    """One push to the source branch."""

    id: int
    source: str
    target: str
    common: str
    when: datetime
    author: Identity


@dataclass(slots=True)
class Comment:
    """One remark in a thread."""

    id: int
    author: Identity
    text: str
    when: datetime
    parent: int = 0
    kind: str = "text"
    deleted: bool = False


@dataclass(slots=True)
class Thread:
    """A conversation, on a file where `context` names one."""

    id: int
    comments: list[Comment]
    status: str = "active"
    context: JsonObject | None = None
    properties: JsonObject = field(default_factory=dict)


@dataclass(slots=True)
class PullRequest:
    """One pull request; its branches live in the repository."""

    id: int
    repository: Repository
    title: str
    description: str
    creator: Identity
    created: datetime
    source: str
    target: str
    draft: bool = False
    status: str = "active"
    merge_status: str = "succeeded"
    closed: datetime | None = None
    closed_by: Identity | None = None
    merge_commit: str | None = None
    reviewers: dict[str, Reviewer] = field(default_factory=dict)
    iterations: list[Iteration] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    statuses: list[JsonObject] = field(default_factory=list)

    @property
    def last(self) -> Iteration:
        return self.iterations[-1]

    @property
    def artifact(self) -> str:
        """How a work item points at it."""
        return f"vstfs:///Git/PullRequestId/{self.repository.project.id}%2F{self.repository.id}%2F{self.id}"

    def changed_files(self, iteration: Iteration | None = None, since: int = 0) -> list[FileChange]:
        """What an iteration changes, all of it or only since an earlier one."""
        at = iteration or self.last
        before = at.common if not since else self.iteration(since).source
        commits = self.repository.commits
        return changes(commits[before].tree, commits[at.source].tree)

    def commits(self, iteration: Iteration | None = None) -> list[Commit]:
        at = iteration or self.last
        return self.repository.only_in(at.source, at.common)

    def iteration(self, id: int) -> Iteration:
        if not 0 < id <= len(self.iterations):
            raise errors.git_missing("GitPullRequestIterationNotFoundException", f"Iteration {id} was not found.")
        return self.iterations[id - 1]

    def pushed(self, author: Identity, when: datetime) -> Iteration:
        """Begin an iteration with what the source branch has now."""
        repository = self.repository
        source, target = repository.tip(self.source), repository.tip(self.target)
        common = repository.merge_base(target.id, source.id).id
        made = Iteration(len(self.iterations) + 1, source.id, target.id, common, when, author)
        self.iterations.append(made)
        self.merge_commit = str(uuid.uuid5(uuid.NAMESPACE_OID, source.id + target.id)).replace("-", "") + "0" * 8
        return made

    def cast(self, who: Identity, vote: int, teams: Iterable[Identity]) -> Reviewer:
        """Let somebody vote; the vote is rolled up into those of his teams that are asked."""
        for team in teams:
            if team.id in self.reviewers:
                self.reviewers[team.id].vote = vote
        cast = self.reviewers.setdefault(who.id, Reviewer(who))
        cast.vote = vote
        return cast

    def say(
        self, author: Identity, text: str, *, kind: str = "text", context: JsonObject | None = None,
        status: str = "active", when: datetime | None = None,
    ) -> Thread:  # fmt: skip
        """Open a thread."""
        number = sum(len(thread.comments) for thread in self.threads) + len(self.threads) + 1
        comment = Comment(1, author, text, when or datetime.now(UTC), kind=kind)
        made = Thread(number, [comment], status, context)
        self.threads.append(made)
        return made

    def thread(self, id: int) -> Thread:
        found = next((thread for thread in self.threads if thread.id == id), None)
        if found is None:
            raise errors.git_missing("CommentThreadNotFoundException", f"The comment thread {id} was not found.")
        return found


class PullRequests:
    """All pull requests of the organisation, numbered together."""

    def __init__(self) -> None:
        self._known: dict[int, PullRequest] = {}

    def __iter__(self) -> Iterator[PullRequest]:
        return iter(self._known.values())

    def open(
        self,
        repository: Repository,
        source: str,
        title: str,
        creator: Identity,
        *,
        id: int | None = None,
        description: str = "",
        target: str | None = None,
        reviewers: Iterable[Identity] = (),
        draft: bool = False,
        when: datetime | None = None,
    ) -> PullRequest:
        """Open a pull request for a branch that exists."""
        key, when = id or max(self._known, default=0) + 1, when or datetime.now(UTC)
        into = ref(target or repository.default_branch)
        made = PullRequest(key, repository, title, description, creator, when, ref(source), into, draft)
        made.reviewers = {who.id: Reviewer(who) for who in reviewers}
        made.pushed(creator, when)
        self._known[key] = made
        return made

    def find(self, id: int, repository: Repository | None = None) -> PullRequest:
        found = self._known.get(id)
        if found is None or (repository is not None and found.repository is not repository):
            raise errors.no_pull_request()
        return found

    def active_of(self, repository: Repository, branch: str) -> Sequence[PullRequest]:
        """Those that a push to the branch concerns."""
        found = (one for one in self if one.repository is repository and one.source == ref(branch))
        return [one for one in found if one.status == "active"]
