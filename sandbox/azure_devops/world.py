"""Moves the world as other people would: pushes, runs, merges, votes, remarks. None of it enters the record."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.azure_devops.git.pulls import PullRequest, Reviewer, Thread
from sandbox.azure_devops.git.store import Commit, Repository, ref
from sandbox.azure_devops.organisation import Organisation
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.pipelines.builds import Build, Pipeline, Step
from sandbox.azure_devops.pipelines.policies import BUILD, REVIEWERS
from sandbox.azure_devops.work.items import Value, WorkItem, artifact_link
from sandbox.microsoft.call import JsonObject

_STRANGER = "somebody.else@example.com"


@dataclass(slots=True)
class World:
    """What a test does to the organisation; people are named by their addresses."""

    organisation: Organisation
    lock: threading.RLock

    def repository(self, project: str, name: str) -> Repository:
        """A repository with a first commit, a pipeline, and the usual policies; founded where it is new."""
        with self.lock:
            home = self.organisation
            one = home.repositories.add(home.projects.add(project), name)
            if not one.branches:
                author = self._person(_STRANGER)
                one.commit("main", author, "First commit", {"/README.md": f"# {name}\n"})
                pipeline = home.builds.add_pipeline(one, f"{name}-ci")
                home.policies.add(REVIEWERS, one)
                home.policies.add(BUILD, one, pipeline=pipeline)
            return one

    def open_pull(
        self,
        repository: Repository,
        branch: str,
        title: str,
        files: Mapping[str, str | None],
        *,
        by: str = _STRANGER,
        reviewers: Sequence[str] = (),
        description: str = "",
        work_items: Sequence[int] = (),
        id: int | None = None,
        when: datetime | None = None,
    ) -> PullRequest:
        """Put files on a new branch and ask for its review."""
        with self.lock:
            author = self._person(by)
            repository.branch(branch)
            repository.commit(branch, author, title, files, when)
            asked = [self._person(address) for address in reviewers]
            made = self.organisation.pulls.open(
                repository, branch, title, author, id=id, description=description, reviewers=asked, when=when
            )
            for number in work_items:
                self.link(made, number)
            return made

    def large_pull(self, repository: Repository, reviewer: str, files: int = 5000) -> PullRequest:
        """A pull request that changes very many files."""
        many: dict[str, str | None] = {
            f"/generated/part{number // 100:03d}/file{number:05d}.txt": f"line {number}\n" for number in range(files)
        }
        title = "Check in what is generated"
        return self.open_pull(repository, "feature/generated-files", title, many, reviewers=[reviewer])

    def push_commit(
        self, pull: PullRequest, files: Mapping[str, str | None] | None = None, message: str = "One more fix",
        by: str | None = None,
    ) -> Commit:  # fmt: skip
        """Push to the source branch, which begins an iteration."""
        with self.lock:
            author = self._person(by) if by else pull.creator
            changed = files or {f"/pushed/{len(pull.iterations) + 1}.txt": f"{message}\n"}
            made = pull.repository.commit(pull.source, author, message, changed)
            pull.pushed(author, made.when)
            return made

    def retarget(self, pull: PullRequest, branch: str) -> None:
        """Let it go into another branch, one that holds its first push where it is new; that begins an iteration."""
        with self.lock:
            pull.repository.branches.setdefault(ref(branch), pull.iterations[0].source)
            pull.target = ref(branch)
            pull.pushed(pull.creator, datetime.now(UTC))

    def add_pipeline(self, repository: Repository, name: str) -> Pipeline:
        """One more pipeline beside the repository's first."""
        with self.lock:
            return self.organisation.builds.add_pipeline(repository, name)

    def start_build(self, pull: PullRequest, pipeline: Pipeline | None = None) -> Build:
        """Begin the run that validates what was last pushed, of the repository's first pipeline where none is named."""
        with self.lock:
            home = self.organisation.builds
            first = next(one for one in home.pipelines.values() if one.repository is pull.repository)
            return home.validate(pipeline or first, pull)

    def pass_build(self, subject: PullRequest | Build) -> Build:
        """End a run well, one of its own where there is none yet."""
        return self._end(subject, "succeeded", [])

    def fail_build(
        self, subject: PullRequest | Build, step: str = "Test", issue: str = "2 of 118 tests failed."
    ) -> Build:
        """End a run badly, one of its own where there is none yet."""
        return self._end(subject, "failed", [Step("Restore"), Step("Build"), Step(step, "failed", issue)])

    def _end(self, subject: PullRequest | Build, result: str, steps: Sequence[Step]) -> Build:
        with self.lock:
            build = subject if isinstance(subject, Build) else self._run_of(subject)
            build.finish(result, steps=steps)
            return build

    def _run_of(self, pull: PullRequest) -> Build:
        running = (build for build in self.organisation.builds.of_pull(pull) if build.status != "completed")
        return next(running, None) or self.start_build(pull)

    def merge(self, pull: PullRequest, by: str = _STRANGER) -> None:
        """Complete it, whatever the policies say."""
        with self.lock:
            self.organisation.closing.merge(pull, self._person(by))

    def abandon(self, pull: PullRequest, by: str | None = None) -> None:
        with self.lock:
            self.organisation.closing.abandon(pull, self._person(by) if by else pull.creator)

    def conflict(self, pull: PullRequest) -> None:
        """Let the target have moved on so that a merge fails."""
        with self.lock:
            pull.merge_status = "conflicts"

    def vote(self, pull: PullRequest, address: str, vote: int) -> None:
        """Let somebody vote."""
        with self.lock:
            who = self._person(address)
            pull.cast(who, vote, self.organisation.people.teams(who))

    def team(self, project: str, name: str, members: Sequence[str]) -> Identity:
        """Found a team; its address asks it for a review as a person's does."""
        with self.lock:
            people = self.organisation.people
            made = people.team(self.organisation.projects.add(project).name, name)
            people.join(made, *(people.person(address) for address in members))
            return made

    def ask(self, pull: PullRequest, address: str) -> None:
        """Ask somebody for a review."""
        with self.lock:
            who = self._person(address)
            pull.reviewers.setdefault(who.id, Reviewer(who))

    def comment(self, pull: PullRequest, address: str, text: str, path: str = "", line: int = 1) -> Thread:
        """Let somebody remark on it, on a line of a file where a path is given."""
        at: JsonObject = {"line": line, "offset": 1}
        context: JsonObject | None = {"filePath": path, "rightFileStart": at, "rightFileEnd": at} if path else None
        with self.lock:
            return pull.say(self._person(address), text, context=context)

    def link(self, pull: PullRequest, work_item: int) -> None:
        """Link a work item to it."""
        with self.lock:
            item = self.organisation.work.find(work_item)
            item.relations.append(artifact_link(pull.artifact, "Pull Request"))
            item.revise(pull.creator, {})

    def add_work_item(
        self, project: str, kind: str, title: str, *, by: str = _STRANGER, assigned: str = "", id: int | None = None,
        fields: Mapping[str, Value] | None = None,
    ) -> WorkItem:  # fmt: skip
        """Let somebody enter a work item."""
        with self.lock:
            home = self.organisation
            own: dict[str, Value] = {"System.Title": title, **(fields or {})}
            if assigned:
                own["System.AssignedTo"] = self._person(assigned)
            return home.work.add(home.projects.add(project), kind, self._person(by), own, id=id)

    def change_work_item(self, id: int, fields: Mapping[str, Value], by: str = _STRANGER) -> WorkItem:
        """Let somebody change fields."""
        with self.lock:
            item = self.organisation.work.find(id)
            item.revise(self._person(by), fields)
            return item

    def comment_work_item(self, id: int, text: str, by: str = _STRANGER) -> WorkItem:
        with self.lock:
            item = self.organisation.work.find(id)
            item.remark(self._person(by), text)
            return item

    def pull(self, id: int) -> PullRequest:
        return self.organisation.pulls.find(id)

    def _person(self, address: str) -> Identity:
        return self.organisation.people.person(address)
