"""Lets the work of a household live in an organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.azure_devops.git.pulls import PullRequest, Reviewer
from sandbox.azure_devops.git.store import Repository
from sandbox.azure_devops.people import Identity
from sandbox.azure_devops.pipelines.builds import Build, Pipeline, Step
from sandbox.azure_devops.pipelines.policies import BUILD, REVIEWERS, WORK_ITEMS
from sandbox.azure_devops.work.items import Value, artifact_link
from sandbox.microsoft.call import JsonObject

if TYPE_CHECKING:
    from sandbox.azure_devops.organisation import Organisation
    from sandbox.households import works

_BEFORE_ALL = timedelta(days=30)


def move_in(home: Organisation, told: works.Works) -> None:
    """Found the projects, then everything that lives in them."""
    for member in (told.me, *told.members):
        _person(home, member)
    for project, name in told.repositories:
        _found(home, told, project, name)
    for item in told.work_items:
        _enter(home, item)
    for pull in sorted(told.pull_requests, key=lambda one: one.created):
        _open(home, pull)
    for run in sorted(told.runs, key=lambda one: one.started):
        _run(home, run)


def _person(home: Organisation, member: works.Member) -> Identity:
    return home.people.person(member.address, member.name)


def _found(home: Organisation, told: works.Works, project: str, name: str) -> None:
    """A repository whose main branch holds all that its pull requests will change, and the policies of it."""
    one = home.repositories.add(home.projects.add(project), name)
    mine = [pull for pull in told.pull_requests if (pull.project, pull.repository) == (project, name)]
    files: dict[str, str | None] = {change.path: change.before for pull in mine for change in pull.changes}
    present = {path: text for path, text in files.items() if text is not None}
    start = min((pull.created for pull in told.pull_requests), default=None)
    when = start - _BEFORE_ALL if start else None
    one.commit("main", _person(home, told.me), f"Begin {name}", {"/README.md": f"# {name}\n", **present}, when)
    pipeline = home.builds.add_pipeline(one, f"{name}-ci")
    home.policies.add(REVIEWERS, one)
    home.policies.add(BUILD, one, pipeline=pipeline)
    home.policies.add(WORK_ITEMS, one, blocking=False)


def _enter(home: Organisation, item: works.WorkItem) -> None:
    fields: dict[str, Value] = {
        "System.Title": item.title,
        "System.Description": item.description,
        "System.State": item.state,
        "Microsoft.VSTS.Common.Priority": item.priority,
        "System.AssignedTo": _person(home, item.assigned) if item.assigned else None,
        "System.Tags": item.tags or None,
    }
    project = home.projects.add(item.project)
    creator = _person(home, item.creator)
    made = home.work.add(project, item.kind, creator, fields, id=item.id, when=item.created)
    for said in item.remarks:
        made.remark(_person(home, said.who), said.text, said.when)
    made.revise(_person(home, item.assigned or item.creator), {}, item.changed)


def _open(home: Organisation, told: works.PullRequest) -> None:
    one = _repository(home, told.project, told.repository)
    creator, first = _person(home, told.creator), told.pushes[0]
    one.branch(told.branch, told.target)
    one.commit(told.branch, creator, first.message, {change.path: change.after for change in first.changes}, first.when)
    made = home.pulls.open(
        one, told.branch, told.title, creator, id=told.id, description=told.description, target=told.target,
        draft=told.draft, when=told.created,
    )  # fmt: skip
    for push in told.pushes[1:]:
        one.commit(
            told.branch, creator, push.message, {change.path: change.after for change in push.changes}, push.when
        )
        made.pushed(creator, push.when)
    _review(home, made, told)
    for number in told.work_items:
        item = home.work.find(number)
        item.relations.append(artifact_link(made.artifact, "Pull Request"))
        item.revise(creator, {}, told.created)


def _review(home: Organisation, made: PullRequest, told: works.PullRequest) -> None:
    for asked in told.reviewers:
        who = _person(home, asked.who)
        made.reviewers[who.id] = Reviewer(who, asked.vote, asked.required)
    for said in told.remarks:
        at: JsonObject = {"line": 1, "offset": 1}
        context: JsonObject | None = (
            {"filePath": said.path, "rightFileStart": at, "rightFileEnd": at} if said.path else None
        )
        made.say(_person(home, said.who), said.text, context=context, when=said.when)
    made.labels.extend(told.labels)


def _run(home: Organisation, told: works.Run) -> None:
    one, by = _repository(home, told.project, told.repository), _person(home, told.by)
    pipeline = _pipeline(home.builds.pipelines.values(), one, told.pipeline) or home.builds.add_pipeline(
        one, told.pipeline
    )
    if told.pull_request:
        made = home.builds.validate(pipeline, home.pulls.find(told.pull_request), id=told.id, when=told.started)
        made.by = by
    else:
        reason = "schedule" if "nightly" in told.pipeline else "individualCI"
        made = home.builds.queue(pipeline, by, branch=told.branch, reason=reason, id=told.id, when=told.started)
    if told.result:
        _finish(made, told)


def _finish(made: Build, told: works.Run) -> None:
    steps = [Step("Restore"), Step("Build"), Step("Test")]
    if told.failed:
        steps = [*(step for step in steps if step.name != told.failed), Step(told.failed, "failed", told.issue)]
    made.finish(told.result, told.started + timedelta(minutes=told.minutes), steps)


def _pipeline(known: Iterable[Pipeline], one: Repository, name: str) -> Pipeline | None:
    return next((pipeline for pipeline in known if pipeline.repository is one and pipeline.name == name), None)


def _repository(home: Organisation, project: str, name: str) -> Repository:
    return home.repositories.add(home.projects.find(project), name)
