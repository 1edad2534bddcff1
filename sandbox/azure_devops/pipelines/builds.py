"""Pipelines and their runs, which the vendor calls definitions and builds as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.git.pulls import PullRequest
from sandbox.azure_devops.git.store import Repository
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.projects import Project

FINISHED = ("succeeded", "partiallySucceeded", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One pipeline of a repository."""

    id: int
    name: str
    repository: Repository

    @property
    def project(self) -> Project:
        return self.repository.project


@dataclass(slots=True)
class Step:
    """One record of a timeline: `issue` is what went wrong there."""

    name: str
    result: str = "succeeded"
    issue: str = ""


@dataclass(slots=True)
class Build:
    """One run; `status` is `notStarted`, `inProgress` or `completed`, and `result` comes with the last."""

    id: int
    number: str
    pipeline: Pipeline
    branch: str
    version: str
    reason: str
    by: Identity
    queued: datetime
    status: str = "inProgress"
    result: str | None = None
    started: datetime | None = None
    finished: datetime | None = None
    pull_request: int | None = None
    steps: list[Step] = field(default_factory=list)

    def finish(self, result: str, when: datetime | None = None, steps: Sequence[Step] = ()) -> None:
        """End the run."""
        self.status, self.result = "completed", result
        self.finished = when or datetime.now(UTC)
        self.steps = list(steps) or [Step("Restore"), Step("Build"), Step("Test", result)]


class Builds:
    """All pipelines and runs of the organisation."""

    def __init__(self) -> None:
        self.pipelines: dict[int, Pipeline] = {}
        self._known: dict[int, Build] = {}

    def __iter__(self) -> Iterator[Build]:
        return iter(self._known.values())

    def add_pipeline(self, repository: Repository, name: str) -> Pipeline:
        made = Pipeline(len(self.pipelines) + 1, name, repository)
        self.pipelines[made.id] = made
        return made

    def pipeline(self, id: int) -> Pipeline:
        if id not in self.pipelines:
            raise errors.no_pipeline(id)
        return self.pipelines[id]

    def find(self, id: int) -> Build:
        if id not in self._known:
            raise errors.no_build(id)
        return self._known[id]

    def queue(
        self, pipeline: Pipeline, by: Identity, *, branch: str = "", version: str = "", reason: str = "manual",
        pull_request: int | None = None, id: int | None = None, when: datetime | None = None,
    ) -> Build:  # fmt: skip
        """Begin a run of a branch as it stands, or of one commit."""
        key, when = id or max(self._known, default=0) + 1, when or datetime.now(UTC)
        branch = branch or pipeline.repository.default_branch
        version = version or pipeline.repository.tip(branch).id
        today = f"{when:%Y%m%d}"
        count = sum(one.pipeline is pipeline and one.number.startswith(today) for one in self) + 1
        made = Build(key, f"{today}.{count}", pipeline, branch, version, reason, by, when, started=when)
        made.pull_request = pull_request
        self._known[key] = made
        return made

    def validate(
        self, pipeline: Pipeline, pull: PullRequest, *, id: int | None = None, when: datetime | None = None
    ) -> Build:
        """Begin the run that a pull request's policy asks for, of what it last pushed."""
        return self.queue(
            pipeline, pull.creator, branch=f"refs/pull/{pull.id}/merge", version=pull.merge_commit or pull.last.source,
            reason="pullRequest", pull_request=pull.id, id=id, when=when,
        )  # fmt: skip

    def of_pull(self, pull: PullRequest) -> list[Build]:
        """The runs of a pull request's last push, newest first."""
        found = [one for one in self if one.pull_request == pull.id and one.version == pull.merge_commit]
        return sorted(found, key=lambda one: (one.queued, one.id), reverse=True)
