"""The end of a pull request: abandoned, or completed with a merge into its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.git.pulls import PullRequest
from sandbox.azure_devops.people import Identity


@dataclass(slots=True)
class Closing:
    """Closes pull requests; `holds` says whether the blocking policies are met."""

    holds: Callable[[PullRequest], bool]

    def abandon(self, one: PullRequest, by: Identity) -> None:
        one.status, one.closed, one.closed_by = "abandoned", datetime.now(UTC), by

    def complete(self, one: PullRequest, by: Identity, seen: str) -> None:
        """Merge what the caller has seen, where the policies hold."""
        if seen != one.last.source:
            raise errors.stale_pull_request()
        if not self.holds(one):
            raise errors.policies_unmet()
        self.merge(one, by)

    def merge(self, one: PullRequest, by: Identity) -> None:
        """Merge, whatever the policies say."""
        repository, source = one.repository, one.repository.tip(one.source)
        files: dict[str, str | None] = {change.path: change.after for change in one.changed_files()}
        message = f"Merged PR {one.id}: {one.title}"
        made = repository.commit(one.target, by, message, files, merged=source.id)
        one.status, one.closed, one.closed_by = "completed", datetime.now(UTC), by
        one.merge_commit = made.id
