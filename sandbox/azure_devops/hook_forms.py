"""What the vendor's service hooks post.

Source: https://learn.microsoft.com/azure/devops/service-hooks/events
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.git import forms, pull_forms
from sandbox.azure_devops.git.pulls import Comment, PullRequest, Thread
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.pipelines import forms as pipeline_forms
from sandbox.azure_devops.pipelines.builds import Build
from sandbox.azure_devops.projects import Project
from sandbox.azure_devops.work import forms as work_forms
from sandbox.azure_devops.work.items import Value, WorkItem
from sandbox.microsoft.call import JsonObject

COMMENTED = "ms.vss-code.git-pullrequest-comment-event"
RUN_CHANGED = "ms.vss-pipelines.run-state-changed-event"
_SAYS = {
    "push": "updated the source branch of",
    "vote": "voted on",
    "reviewers": "changed the reviewer list of",
    "status": "changed the status of",
}


def pull_created(base: str, pull: PullRequest) -> JsonObject:
    text = f"{pull.creator.name} created pull request {pull.id} ({pull.title})"
    return _event(base, "git.pullrequest.created", text, _pushed(base, pull), pull.repository.project)


def pull_updated(base: str, pull: PullRequest, what: str = "push", by: Identity | None = None) -> JsonObject:
    """`what` is push, vote, reviewers or status."""
    text = f"{(by or pull.creator).name} {_SAYS[what]} pull request {pull.id} ({pull.title})"
    resource = _pushed(base, pull) if what == "push" else _pull(base, pull)
    return _event(base, "git.pullrequest.updated", text, resource, pull.repository.project)


def pull_merged(base: str, pull: PullRequest) -> JsonObject:
    """A merge was attempted, which happens after each push and not only when it is completed."""
    text = f"{(pull.closed_by or pull.creator).name} has created a pull request merge commit"
    return _event(base, "git.pullrequest.merged", text, _pull(base, pull), pull.repository.project)


def pull_commented(base: str, pull: PullRequest, thread: Thread, comment: Comment | None = None) -> JsonObject:
    said = comment or thread.comments[-1]
    text = f"{said.author.name} has commented on a pull request"
    resource: JsonObject = {
        "comment": pull_forms.comment(base, pull, thread, said),
        "pullRequest": _pull(base, pull),
    }
    return _event(base, COMMENTED, text, resource, pull.repository.project, version="2.0")


def build_complete(base: str, build: Build) -> JsonObject:
    text = f"Build {build.number} {build.result}"
    resource = {
        name: value for name, value in pipeline_forms.build(base, build).items()
        if name not in ("properties", "tags", "validationResults")
    }  # fmt: skip
    return _event(base, "build.complete", text, resource, build.pipeline.project, version="2.0")


def run_state_changed(base: str, build: Build) -> JsonObject:
    text = f"Run {build.number} {build.result or 'in progress'}."
    run = pipeline_forms.run(base, build)
    resource: JsonObject = {"run": run, "pipeline": run["pipeline"]}
    return _event(
        base, RUN_CHANGED, text, resource, build.pipeline.project, publisher="pipelines", version="5.1-preview.1"
    )


def work_item_created(base: str, item: WorkItem) -> JsonObject:
    text = f"{item.kind} #{item.id} ({item.title}) created by {item.creator.name}"
    return _event(base, "workitem.created", text, _work_item(base, item), item.project)


def work_item_updated(base: str, item: WorkItem) -> JsonObject:
    """The last change of it, with the whole revision below."""
    last = item.updates[-1]
    text = f"{item.kind} #{item.id} ({item.title}) updated by {last.by.name}"
    changed = {
        name: {key: _plain(value) for key, value in (("oldValue", old), ("newValue", new)) if value is not None}
        for name, (old, new) in last.fields.items()
    }
    whole = _work_item(base, item)
    resource: JsonObject = {
        "id": item.rev, "workItemId": item.id, "rev": item.rev, "revisedBy": last.by.shown(base),
        "revisedDate": "9999-01-01T00:00:00Z", "fields": changed, "_links": whole["_links"],
        "url": f"{work_forms.url(base, item)}/updates/{item.rev}",
        "revision": {name: value for name, value in whole.items() if name != "_links"},
    }  # fmt: skip
    return _event(base, "workitem.updated", text, resource, item.project)


def work_item_commented(base: str, item: WorkItem) -> JsonObject:
    said = item.remarks[-1]
    text = f"{item.kind} #{item.id} ({item.title}) commented on by {said.author.name}"
    resource = _work_item(base, item)
    fields = resource["fields"]
    assert isinstance(fields, dict)
    fields["System.History"] = said.text
    return _event(base, "workitem.commented", text, resource, item.project)


def _pull(base: str, pull: PullRequest) -> JsonObject:
    return pull_forms.whole(base, pull)


def _pushed(base: str, pull: PullRequest) -> JsonObject:
    commits = [forms.commit_ref(base, pull.repository, commit.id) for commit in pull.commits()]
    return {**_pull(base, pull), "commits": commits}


def _work_item(base: str, item: WorkItem) -> JsonObject:
    """Here people are written as text, other than in the answers of the service."""
    fields = {name: _plain(value) for name, value in item.values().items()}
    return {
        "id": item.id, "rev": item.rev, "fields": fields, "_links": work_forms.links(base, item),
        "url": work_forms.url(base, item),
    }  # fmt: skip


def _plain(value: Value) -> object:
    return f"{value.name} <{value.address}>" if isinstance(value, Identity) else value


def _event(
    base: str, kind: str, text: str, resource: JsonObject, project: Project, *, publisher: str = "tfs",
    version: str = "1.0",
) -> JsonObject:  # fmt: skip
    message = {"text": text, "html": text, "markdown": text}
    owner = str(uuid.uuid5(uuid.NAMESPACE_URL, base))
    return {
        "id": str(uuid.uuid4()), "eventType": kind, "publisherId": publisher, "message": message,
        "detailedMessage": {name: f"{words}\r\n" for name, words in message.items()}, "resource": resource,
        "resourceVersion": version,
        "resourceContainers": {
            "collection": {"id": owner, "baseUrl": f"{base}/"}, "account": {"id": owner, "baseUrl": f"{base}/"},
            "project": {"id": project.id, "baseUrl": f"{base}/"},
        },
        "createdDate": stamp(datetime.now(UTC)),
    }  # fmt: skip
