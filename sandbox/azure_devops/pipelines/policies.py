"""Branch policies of a project, and how each pull request stands to them.

Source of the type ids: https://learn.microsoft.com/rest/api/azure/devops/policy/types/list
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, page, stamp
from sandbox.azure_devops.git.pulls import PullRequest, PullRequests
from sandbox.azure_devops.git.store import Repository
from sandbox.azure_devops.pipelines.builds import Builds, Pipeline
from sandbox.azure_devops.projects import Projects
from sandbox.azure_devops.work.items import WorkItems
from sandbox.microsoft.call import JsonObject

REVIEWERS = ("fa4e907d-c16b-4a4c-9dfa-4906e5d171dd", "Minimum number of reviewers")
BUILD = ("0609b952-1397-4640-95ec-e00a01b2c241", "Build")
WORK_ITEMS = ("40e92b44-2fe1-4dd6-b3d8-74a9c21d0c6e", "Work item linking")
COMMENTS = ("c6a1889d-b943-4856-b76f-9e46bb6b0df2", "Comment requirements")
_ARTIFACT = re.compile(r"vstfs:///CodeReview/CodeReviewId/([^/]+)/(\d+)", re.IGNORECASE)
_APPROVING = 5
_OF_BUILD = {"succeeded": "approved", "partiallySucceeded": "approved", None: "running"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule for pull requests into a branch of a repository."""

    id: int
    kind: tuple[str, str]
    repository: Repository
    blocking: bool = True
    pipeline: Pipeline | None = None
    branch: str = "refs/heads/main"

    def concerns(self, pull: PullRequest) -> bool:
        return pull.repository is self.repository and pull.target == self.branch

    def shown(self, base: str) -> JsonObject:
        scope = [{"refName": self.branch, "matchKind": "Exact", "repositoryId": self.repository.id}]
        own: JsonObject = {"minimumApproverCount": 1, "creatorVoteCounts": False} if self.kind == REVIEWERS else {}
        if self.pipeline:
            own = {"buildDefinitionId": self.pipeline.id, "displayName": self.pipeline.name, "validDuration": 720.0}
        url = f"{base}/{self.repository.project.id}/_apis/policy"
        return {
            "id": self.id, "revision": 1, "isEnabled": True, "isBlocking": self.blocking, "isDeleted": False,
            "settings": {**own, "scope": scope}, "url": f"{url}/configurations/{self.id}",
            "type": {"id": self.kind[0], "displayName": self.kind[1], "url": f"{url}/types/{self.kind[0]}"},
        }  # fmt: skip


class Policies:
    """All rules, their evaluations, and the service for both."""

    def __init__(self, projects: Projects, pulls: PullRequests, builds: Builds, work: WorkItems) -> None:
        self._projects = projects
        self._pulls = pulls
        self._builds = builds
        self._work = work
        self._known: dict[int, Policy] = {}

    def __iter__(self) -> Iterator[Policy]:
        return iter(self._known.values())

    def add(
        self, kind: tuple[str, str], repository: Repository, *, blocking: bool = True, pipeline: Pipeline | None = None
    ) -> Policy:
        made = Policy(len(self._known) + 1, kind, repository, blocking, pipeline)
        self._known[made.id] = made
        return made

    def hold(self, pull: PullRequest) -> bool:
        """Whether every blocking rule is met."""
        rules = (policy for policy in self if policy.blocking and policy.concerns(pull))
        return all(self.status(policy, pull) == "approved" for policy in rules)

    def status(self, policy: Policy, pull: PullRequest) -> str:
        """`approved`, `rejected`, `running` or `queued`."""
        if policy.kind == REVIEWERS:
            return _of_votes(pull)
        if policy.kind == BUILD:
            runs = [run for run in self._builds.of_pull(pull) if run.pipeline is policy.pipeline]
            return _OF_BUILD.get(runs[0].result, "rejected") if runs else "queued"
        if policy.kind == COMMENTS:
            return "rejected" if any(t.status in ("active", "pending") for t in pull.threads) else "approved"
        return "approved" if self._work.pointing_at(pull.artifact) else "rejected"

    def endpoints(self) -> tuple[Endpoint, ...]:
        one = "policy/evaluations/{evaluationId}"
        return (
            Endpoint("policyEvaluations.list", "GET", "policy/evaluations", "vso.code", self.list),
            Endpoint("policyEvaluations.get", "GET", one, "vso.code", self.get),
            Endpoint("policyEvaluations.requeue", "PATCH", one, "vso.code_write", self.requeue, writes=True),
            Endpoint("policyConfigurations.list", "GET", "policy/configurations", "vso.code", self.configurations),
        )

    def list(self, call: Call) -> Outcome:
        found = _ARTIFACT.fullmatch(call.text("artifactId"))
        if found is None:
            raise errors.invalid("The artifactId is not that of a pull request.", "InvalidArtifactIdException")
        self._projects.find(found[1])
        pull = self._pulls.find(int(found[2]))
        rules = [policy for policy in self if policy.concerns(pull)]
        return listed(self._record(call, policy, pull) for policy in page(call, rules))

    def get(self, call: Call) -> Outcome:
        policy, pull = self._evaluation(call)
        return Outcome(self._record(call, policy, pull))

    def requeue(self, call: Call) -> Outcome:
        """Ask again: for a build policy that begins a run."""
        policy, pull = self._evaluation(call)
        if policy.pipeline:
            self._builds.validate(policy.pipeline, pull)
        state: JsonObject = {"policy": policy.kind[1], "status": self.status(policy, pull)}
        return Outcome(self._record(call, policy, pull), 200, str(pull.id), state)

    def configurations(self, call: Call) -> Outcome:
        project = self._projects.of(call)
        found = [policy for policy in self if project is None or policy.repository.project.id == project.id]
        return listed(policy.shown(call.base) for policy in page(call, found))

    def _evaluation(self, call: Call) -> tuple[Policy, PullRequest]:
        wanted = call.path["evaluationId"].lower()
        pairs = ((policy, pull) for pull in self._pulls for policy in self if policy.concerns(pull))
        found = next((pair for pair in pairs if _key(*pair) == wanted), None)
        if found is None:
            raise errors.Refusal(404, "PolicyEvaluationNotFoundException", f"The evaluation {wanted} was not found.")
        return found

    def _record(self, call: Call, policy: Policy, pull: PullRequest) -> JsonObject:
        project, status = pull.repository.project, self.status(policy, pull)
        runs = self._builds.of_pull(pull) if policy.pipeline else []
        context = {"buildId": runs[0].id, "buildOutputPreview": None} if runs else {}
        ended = {"completedDate": stamp(pull.last.when)} if status in ("approved", "rejected") else {}
        return {
            "configuration": policy.shown(call.base),
            "artifactId": f"vstfs:///CodeReview/CodeReviewId/{project.id}/{pull.id}",
            "evaluationId": _key(policy, pull),
            "startedDate": stamp(pull.last.when),
            **ended,
            "status": status,
            "context": {"lastMergeSourceCommitId": pull.last.source, **context},
        }


def _key(policy: Policy, pull: PullRequest) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"evaluation:{policy.id}:{pull.id}"))


def _of_votes(pull: PullRequest) -> str:
    votes = [reviewer.vote for reviewer in pull.reviewers.values() if reviewer.who.id != pull.creator.id]
    if any(vote < -_APPROVING for vote in votes):
        return "rejected"
    return "approved" if any(vote >= _APPROVING for vote in votes) else "queued"
