"""The service for pull requests: searches, details, votes, and what a pull request links to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, page, stamp
from sandbox.azure_devops.git import forms, pull_forms
from sandbox.azure_devops.git.closing import Closing
from sandbox.azure_devops.git.pulls import VOTES, PullRequest, PullRequests, Reviewer
from sandbox.azure_devops.git.store import Repositories, ref
from sandbox.azure_devops.people import Identity, People
from sandbox.azure_devops.projects import Projects
from sandbox.azure_devops.work.items import WorkItems
from sandbox.microsoft.call import JsonObject, object_of, objects_of, text_of

_ALL = "git/repositories/{repositoryId}/pullRequests"
_ONE = f"{_ALL}/{{pullRequestId}}"
_READ, _WRITE, _STATUS = "vso.code", "vso.code_write", "vso.code_status"
_EDITABLE = {"title", "description", "isDraft", "status", "lastMergeSourceCommit", "completionOptions", "targetRefName"}


class PullRequestService:
    """Pull requests without their threads."""

    def __init__(
        self, projects: Projects, repositories: Repositories, pulls: PullRequests, people: People, work: WorkItems,
        closing: Closing,
    ) -> None:  # fmt: skip
        self._projects = projects
        self._repositories = repositories
        self._pulls = pulls
        self._people = people
        self._work = work
        self._closing = closing

    def endpoints(self) -> tuple[Endpoint, ...]:
        at, one_reviewer = f"{_ONE}/iterations/{{iterationId}}", f"{_ONE}/reviewers/{{reviewerId}}"
        return (
            Endpoint("pullRequests.list", "GET", _ALL, _READ, self.list),
            Endpoint("pullRequests.listByProject", "GET", "git/pullRequests", _READ, self.list),
            Endpoint("pullRequests.create", "POST", _ALL, _WRITE, self.create, writes=True),
            Endpoint("pullRequests.get", "GET", _ONE, _READ, self.get),
            Endpoint("pullRequests.getById", "GET", "git/pullRequests/{pullRequestId}", _READ, self.get),
            Endpoint("pullRequests.update", "PATCH", _ONE, _WRITE, self.update, writes=True),
            Endpoint("pullRequestIterations.list", "GET", f"{_ONE}/iterations", _READ, self.iterations),
            Endpoint("pullRequestIterations.get", "GET", at, _READ, self.iteration),
            Endpoint("pullRequestIterations.changes", "GET", f"{at}/changes", _READ, self.changes),
            Endpoint("pullRequestIterations.commits", "GET", f"{at}/commits", _READ, self.commits),
            Endpoint("pullRequests.commits", "GET", f"{_ONE}/commits", _READ, self.commits),
            Endpoint("pullRequestReviewers.list", "GET", f"{_ONE}/reviewers", _READ, self.reviewers),
            Endpoint("pullRequestReviewers.get", "GET", one_reviewer, _READ, self.reviewer),
            Endpoint("pullRequestReviewers.vote", "PUT", one_reviewer, _WRITE, self.vote, writes=True),
            Endpoint("pullRequestReviewers.delete", "DELETE", one_reviewer, _WRITE, self.dismiss, writes=True),
            Endpoint("pullRequests.workItems", "GET", f"{_ONE}/workitems", _READ, self.work_items),
            Endpoint("pullRequestLabels.list", "GET", f"{_ONE}/labels", _READ, self.labels),
            Endpoint("pullRequestLabels.create", "POST", f"{_ONE}/labels", _WRITE, self.label, writes=True),
            Endpoint("pullRequestStatuses.list", "GET", f"{_ONE}/statuses", _READ, self.statuses),
            Endpoint("pullRequestStatuses.create", "POST", f"{_ONE}/statuses", _STATUS, self.say, writes=True),
        )  # fmt: skip

    def list(self, call: Call) -> Outcome:
        repository = self._repositories.of(call) if "repositoryId" in call.path else None
        project = self._projects.of(call)
        within = (
            one for one in self._pulls
            if (repository is None or one.repository is repository)
            and (project is None or one.repository.project.id == project.id)
        )  # fmt: skip
        found = sorted((one for one in within if _wanted(call, one)), key=lambda one: one.created, reverse=True)
        return listed(pull_forms.in_list(call.base, one) for one in page(call, found))

    def create(self, call: Call) -> Outcome:
        repository, body = self._repositories.of(call), call.fields
        source, target = text_of(body, "sourceRefName"), text_of(body, "targetRefName")
        repository.tip(source), repository.tip(target)
        if any(one.target == ref(target) for one in self._pulls.active_of(repository, source)):
            message = "TF401179: An active pull request for the source and target branch already exists."
            raise errors.Refusal(409, "GitPullRequestExistsException", message)
        asked = [self._member(text_of(one, "id")) for one in objects_of(body, "reviewers")]
        made = self._pulls.open(
            repository, source, text_of(body, "title"), call.caller, description=text_of(body, "description"),
            target=target, reviewers=asked, draft=bool(body.get("isDraft")),
        )  # fmt: skip
        return Outcome(pull_forms.whole(call.base, made), 201, str(made.id), {"title": made.title})

    def get(self, call: Call) -> Outcome:
        one = self._find(call)
        shown = pull_forms.whole(call.base, one)
        if call.text("includeCommits").lower() == "true":
            shown["commits"] = [forms.commit(call.base, one.repository, commit) for commit in one.commits()]
        if call.text("includeWorkItemRefs").lower() == "true":
            shown["workItemRefs"] = self._linked(call, one)
        return Outcome(shown)

    def update(self, call: Call) -> Outcome:
        one, body = self._open(call), call.fields
        unknown = body.keys() - _EDITABLE
        if unknown:
            raise errors.bad_argument(f"You cannot update {min(unknown)} of a pull request.")
        one.title = text_of(body, "title", one.title)
        one.description = text_of(body, "description", one.description)
        one.draft = bool(body.get("isDraft", one.draft))
        self._close(call, one, body)
        return Outcome(pull_forms.whole(call.base, one), 200, str(one.id), {"status": one.status})

    def _close(self, call: Call, one: PullRequest, body: JsonObject) -> None:
        if body.get("status") == "abandoned":
            self._closing.abandon(one, call.caller)
        if body.get("status") == "completed":
            seen = text_of(object_of(body, "lastMergeSourceCommit"), "commitId")
            self._closing.complete(one, call.caller, seen)

    def iterations(self, call: Call) -> Outcome:
        one, commits = self._find(call), call.text("includeCommits").lower() == "true"
        return listed(pull_forms.iteration(call.base, one, at, commits=commits) for at in one.iterations)

    def iteration(self, call: Call) -> Outcome:
        one = self._find(call)
        return Outcome(pull_forms.iteration(call.base, one, one.iteration(call.key("iterationId")), commits=False))

    def changes(self, call: Call) -> Outcome:
        """A part of the changed files; the vendor gives at most 2,000 at once and says where to go on."""
        one = self._find(call)
        at = one.iteration(call.key("iterationId"))
        found = one.changed_files(at, call.number("$compareTo", 0))
        top, skip = min(call.number("$top", 100), 2000), call.number("$skip", 0)
        entries = [
            {
                "changeTrackingId": number,
                "changeId": number,
                **forms.change(call.base, one.repository, change, at.source),
            }
            for number, change in enumerate(found[skip : skip + top], skip + 1)
        ]
        more = skip + top < len(found)
        return Outcome({"changeEntries": entries, **({"nextSkip": skip + top, "nextTop": top} if more else {})})

    def commits(self, call: Call) -> Outcome:
        one = self._find(call)
        at = one.iteration(call.key("iterationId")) if "iterationId" in call.path else None
        return listed(forms.commit(call.base, one.repository, commit) for commit in page(call, one.commits(at)))

    def reviewers(self, call: Call) -> Outcome:
        one = self._find(call)
        return listed(pull_forms.reviewer(call.base, one, who) for who in one.reviewers.values())

    def reviewer(self, call: Call) -> Outcome:
        one = self._find(call)
        return Outcome(pull_forms.reviewer(call.base, one, self._asked(one, call.path["reviewerId"])))

    def vote(self, call: Call) -> Outcome:
        """Vote, or ask somebody to review; nobody votes for another, and closed ones take no vote."""
        one, body = self._open(call), call.fields
        who, vote = self._member(call.path["reviewerId"]), body.get("vote", 0)
        if vote not in VOTES or isinstance(vote, bool):
            raise errors.bad_argument(f"The vote {vote} is not one of {', '.join(map(str, VOTES))}.")
        if vote and who.id != call.caller.id:
            raise errors.foreign_vote()
        found = one.reviewers.setdefault(who.id, Reviewer(who))
        if "vote" in body and who.id == call.caller.id:
            one.cast(who, int(str(vote)), self._people.teams(who))
        found.required = bool(body.get("isRequired", found.required))
        state: JsonObject = {"reviewer": who.id, "vote": found.vote, "commit": one.last.source}
        return Outcome(pull_forms.reviewer(call.base, one, found), 200, str(one.id), state)

    def dismiss(self, call: Call) -> Outcome:
        one = self._open(call)
        gone = one.reviewers.pop(self._asked(one, call.path["reviewerId"]).who.id)
        return Outcome(None, 204, str(one.id), {"reviewer": gone.who.id})

    def work_items(self, call: Call) -> Outcome:
        return listed(self._linked(call, self._find(call)))

    def labels(self, call: Call) -> Outcome:
        one = self._find(call)
        return listed(pull_forms.label(call.base, one, name) for name in one.labels)

    def label(self, call: Call) -> Outcome:
        one, name = self._open(call), text_of(call.fields, "name")
        if name not in one.labels:
            one.labels.append(name)
        return Outcome(pull_forms.label(call.base, one, name), 200, str(one.id), {"labels": [*one.labels]})

    def statuses(self, call: Call) -> Outcome:
        return listed(self._find(call).statuses)

    def say(self, call: Call) -> Outcome:
        one = self._find(call)
        made: JsonObject = {
            **call.fields, "id": len(one.statuses) + 1, "createdBy": call.caller.shown(call.base),
            "creationDate": stamp(datetime.now(UTC)),
        }  # fmt: skip
        one.statuses.append(made)
        return Outcome(made, 200, str(one.id), {"state": made.get("state")})

    def _linked(self, call: Call, one: PullRequest) -> Sequence[JsonObject]:
        return [
            {"id": str(item.id), "url": f"{call.base}/_apis/wit/workItems/{item.id}"}
            for item in self._work.pointing_at(one.artifact)
        ]

    def _find(self, call: Call) -> PullRequest:
        repository = self._repositories.of(call) if "repositoryId" in call.path else None
        return self._pulls.find(call.key("pullRequestId"), repository)

    def _open(self, call: Call) -> PullRequest:
        one = self._find(call)
        if one.status != "active":
            raise errors.not_editable()
        return one

    def _asked(self, one: PullRequest, id: str) -> Reviewer:
        found = one.reviewers.get(id.lower())
        if found is None:
            raise errors.git_missing("GitPullRequestReviewerNotFoundException", f"The reviewer {id} was not found.")
        return found

    def _member(self, id: str) -> Identity:
        """Only an id counts here; an address is refused as the vendor does."""
        try:
            found = self._people.find(str(uuid.UUID(id)))
        except ValueError:
            found = None
        if found is None:
            raise errors.bad_argument(f"The identity {id} is not recognized.")
        return found


def _wanted(call: Call, one: PullRequest) -> bool:
    """Whether a search means this one; only active ones where it does not say."""
    asked = "searchCriteria."
    status = call.text(f"{asked}status") or "active"
    reviewer, creator = call.text(f"{asked}reviewerId").lower(), call.text(f"{asked}creatorId").lower()
    source, target = call.text(f"{asked}sourceRefName"), call.text(f"{asked}targetRefName")
    repository = call.text(f"{asked}repositoryId").lower()
    return (
        status.lower() in ("all", one.status)
        and (not reviewer or reviewer in one.reviewers)
        and creator in ("", one.creator.id)
        and source in ("", one.source)
        and target in ("", one.target)
        and repository in ("", one.repository.id)
    )
