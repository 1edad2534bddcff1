"""Reads pull requests: what they are, what they change, and how they stand."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.azure_devops import forms
from adapters.azure_devops.api import Clients, DevOps
from adapters.azure_devops.forms import Changed, Model, Owner, Standing
from adapters.azure_devops.ids import pull_id
from domain.errors import CannotBe, NotFound
from domain.work import FileChange, Policy, PolicyState, PullRequest, Run, RunState

if TYPE_CHECKING:
    from adapters.azure_devops.places import Places
    from adapters.azure_devops.runs import Runs

log = logging.getLogger(__name__)

T = TypeVar("T")
AT_ONCE = 2000
"""As many changes of an iteration as the vendor hands over in one answer."""
MOST_PULLS = 200
MOST_MESSAGES = 20
_CHANGES = "4216bdcf-b6b1-4d59-8b82-c34cc183fc8b"
_UNREADABLE = Policy("Policies that this token may not read", PolicyState.WAITS)


class Pulls:
    """The pull requests of one organisation."""

    def __init__(self, api: DevOps, owner: Owner, source: str, runs: Runs, places: Places) -> None:
        self._api = api
        self._owner = owner
        self._source = source
        self._runs = runs
        self._places = places

    def open(self, known: Mapping[str, PullRequest]) -> tuple[PullRequest, ...]:
        """Those that the owner or a team of his reviews, and those he wrote, by number.

        Of one that cannot be read now, the copy that is known.
        """
        listed = {each.pull_request_id: each for project in self._places.projects() for each in self._listed(project)}
        read = (self._readable(listed[number], known) for number in sorted(listed))
        return tuple(each for each in read if each is not None)

    def one(self, number: int) -> PullRequest:
        return self._whole(self._api.read(lambda c: c.git.get_pull_request_by_id(number)), {})

    def judged(self, pull: Model) -> PullRequest:
        """Return it with what an approval rests on, and nothing else: its policies and its runs."""
        iterations = self._iterations(pull)
        changed = Changed(forms.moment(iterations[-1].created_date)) if iterations else Changed()
        standing = Standing(policies=self._policies(pull), run=self._run(pull, changed))
        return forms.pull_request(self._owner, self._source, pull, changed, standing)

    def _iterations(self, pull: Model) -> list[Model]:
        place = (pull.repository.id, pull.pull_request_id, pull.repository.project.id)
        return list(self._api.read(lambda c: c.git.get_pull_request_iterations(*place)) or ())

    def _listed(self, project: str) -> Iterator[Model]:
        from azure.devops.v7_1.git.models import GitPullRequestSearchCriteria

        # A team is searched for where it is at home: asking for each in every project would take hundreds of calls.
        teams = [id for id, home in self._places.teams().items() if home in ("", project)]
        roles = [
            ("reviewer_id", self._owner.id),
            ("creator_id", self._owner.id),
            *(("reviewer_id", id) for id in teams),
        ]
        for role, id in roles:
            yield from self._found(project, GitPullRequestSearchCriteria(status="active", **{role: id}))

    def _found(self, project: str, criteria: Any) -> list[Model]:
        return list(self._api.read(lambda c: c.git.get_pull_requests_by_project(project, criteria, top=MOST_PULLS)))

    def _readable(self, listed: Model, known: Mapping[str, PullRequest]) -> PullRequest | None:
        """Return it whole, or as it was known: one that is refused must not hide the others."""
        try:
            return self._whole(listed, known)
        except (CannotBe, NotFound) as error:
            log.warning("pull request not read", extra={"number": listed.pull_request_id, "code": error.code})
            return known.get(pull_id(self._owner.account, listed.pull_request_id))

    def _whole(self, listed: Model, known: Mapping[str, PullRequest]) -> PullRequest:
        """Return it with all that belongs to it; what the last push settled is taken from the copy."""
        before = known.get(pull_id(self._owner.account, listed.pull_request_id))
        if before is not None and _changes_the_same(before, listed):
            changed = Changed(before.pushed_at, before.files, before.file_count, before.test_count, before.messages)
        else:
            changed = self._changed(listed)
        # A list cuts descriptions off at 400 characters.
        whole = self._api.read(lambda c: c.git.get_pull_request_by_id(listed.pull_request_id))
        standing = self._standing(whole, changed)
        return forms.pull_request(self._owner, self._source, whole, changed, standing, self._places.teams())

    def _changed(self, pull: Model) -> Changed:
        place = (pull.repository.id, pull.pull_request_id, pull.repository.project.id)
        iterations = self._iterations(pull)
        if not iterations:
            return Changed()
        last = iterations[-1]
        commits = self._api.read(lambda c: c.git.get_pull_request_commits(*place))
        messages = [(each.comment or "")[:500] for each in commits[:MOST_MESSAGES]]
        return forms.changed_files(self._files(place, last.id), forms.moment(last.created_date), messages)

    def _files(self, place: tuple[str, int, str], iteration: int) -> Iterator[FileChange]:
        skip: int | None = 0
        while skip is not None:
            entries, skip = self._part(place, iteration, skip)
            yield from (found for each in entries if (found := forms.file_change(each)) is not None)

    def _part(self, place: tuple[str, int, str], iteration: int, skip: int) -> tuple[list[Any], int | None]:
        """Ask for the raw answer: making the SDK's models of thousands of files takes longer than the call."""
        repository, number, project = place
        route = {"repositoryId": repository, "pullRequestId": number, "project": project, "iterationId": iteration}
        asked = {"$top": AT_ONCE, "$skip": skip}

        def call(clients: Clients) -> dict[str, Any]:
            told: dict[str, Any] = clients.git._send(
                http_method="GET", location_id=_CHANGES, version="7.1-preview.1", route_values=route,
                query_parameters=asked,
            ).json()  # fmt: skip
            return told

        told = self._api.read(call)
        following = told.get("nextSkip") or 0
        return list(told.get("changeEntries") or ()), following if following > skip else None

    def _standing(self, pull: Model, changed: Changed) -> Standing:
        place = (pull.repository.id, pull.pull_request_id, pull.repository.project.id)
        threads = self._api.read(lambda c: c.git.get_threads(*place)) or ()
        refs = self._api.read(lambda c: c.git.get_pull_request_work_item_refs(*place)) or ()
        remarks = tuple(found for each in threads if (found := forms.remark(each)) is not None)
        items = tuple(sorted(int(each.id) for each in refs))
        return Standing(remarks, self._policies(pull), items, self._run(pull, changed))

    def _policies(self, pull: Model) -> tuple[Policy, ...]:
        project = pull.repository.project.id
        artifact = f"vstfs:///CodeReview/CodeReviewId/{project}/{pull.pull_request_id}"
        try:
            told = self._api.read(lambda c: c.policy.get_policy_evaluations(project, artifact)) or ()
        except CannotBe as error:
            return _unless_forbidden(error, (_UNREADABLE,))
        return tuple(found for each in told if (found := forms.policy(each)) is not None)

    def _run(self, pull: Model, changed: Changed) -> Run | None:
        """Return how the runs for what was last pushed stand; those for an earlier push say nothing of it."""
        try:
            run = self._runs.of_pull(pull.repository.project.id, pull.pull_request_id, changed.pushed_at)
        except CannotBe as error:
            return _unless_forbidden(error, None)
        return run if run is not None and run.state is not RunState.CANCELED else None


def _changes_the_same(before: PullRequest, listed: Model) -> bool:
    """Whether it still changes the files that it did: they depend on what it goes into as on what was pushed."""
    return before.commit == forms.commit_of(listed) != "" and before.target == forms.short(listed.target_ref_name)


def _unless_forbidden(error: CannotBe, unknown: T) -> T:
    """Return what stands for the unknown where the token lacks a right: nothing is approved on it."""
    if error.code != "not_allowed":
        raise error
    return unknown
