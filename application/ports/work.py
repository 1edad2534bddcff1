"""The work of an account: pull requests, work items, runs of pipelines, and the code they are about.

Writing is the executor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from domain.work import Branch, Commit, PullRequest, Repository, Run, WorkItem


class Works(Protocol):
    """What one account holds, as three sources.

    Every method raises `TryLater`, `SignInAgain` or `CannotBe`. What is handed over is whole; text in it is other
    people's.
    """

    pull_requests: str
    """The name of that source: `account/pull-requests`."""
    work_items: str
    runs: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the three sources."""
        return (self.pull_requests, self.work_items, self.runs)

    def open_pull_requests(self, known: Mapping[str, PullRequest]) -> tuple[PullRequest, ...]:
        """Those that are active and that the owner, or a team of his, reviews, or that he wrote.

        `known` are copies by id: of one whose commit and target are still the same, the files need not be asked for
        again. One that is refused is handed over as it was known, and left out where it was not.
        """
        ...

    def pull_request(self, id: str) -> PullRequest:
        """One by Alfred's id, in any state; raise `NotFound` where it is gone."""
        ...

    def open_work_items(self) -> tuple[WorkItem, ...]:
        """Those assigned to the owner that are not done."""
        ...

    def named_work_items(self, numbers: tuple[int, ...]) -> tuple[WorkItem, ...]:
        """Those of these numbers that exist, whoever has them."""
        ...

    def recent_runs(self) -> tuple[Run, ...]:
        """The latest runs, the newest first; of those that failed, with what failed."""
        ...

    def repositories(self) -> tuple[Repository, ...]: ...

    def commits(self, repository: Repository, branch: str, limit: int) -> tuple[Commit, ...]:
        """The newest commits of a branch, or of the default one where `branch` is empty."""
        ...

    def branches(self, repository: Repository) -> tuple[Branch, ...]: ...
