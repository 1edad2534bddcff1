"""How pipelines, runs and timelines look in JSON, in both of the vendor's ways."""

from __future__ import annotations

import uuid
from urllib.parse import quote

from sandbox.azure_devops.call import stamp
from sandbox.azure_devops.pipelines.builds import Build, Pipeline, Step
from sandbox.microsoft.call import JsonObject


def web_url(base: str, build: Build) -> str:
    return f"{base}/{quote(build.pipeline.project.name)}/_build/results?buildId={build.id}"


def build_url(base: str, build: Build) -> str:
    return f"{base}/{build.pipeline.project.id}/_apis/build/Builds/{build.id}"


def definition(base: str, pipeline: Pipeline) -> JsonObject:
    return {
        "id": pipeline.id,
        "name": pipeline.name,
        "url": f"{base}/{pipeline.project.id}/_apis/build/Definitions/{pipeline.id}?revision=1",
        "uri": f"vstfs:///Build/Definition/{pipeline.id}",
        "path": "\\",
        "type": "build",
        "queueStatus": "enabled",
        "revision": 1,
        "project": pipeline.project.shown(base),
    }


def build(base: str, one: Build) -> JsonObject:
    pull = {"pr.number": str(one.pull_request), "pr.isFork": "False"} if one.pull_request else {}
    shown: JsonObject = {
        "_links": {"self": {"href": build_url(base, one)}, "web": {"href": web_url(base, one)}},
        "properties": {},
        "tags": [],
        "validationResults": [],
        "triggerInfo": pull,
        "id": one.id,
        "buildNumber": one.number,
        "status": one.status,
        "queueTime": stamp(one.queued),
        "startTime": stamp(one.started),
        "url": build_url(base, one),
        "definition": definition(base, one.pipeline),
        "project": one.pipeline.project.shown(base),
        "uri": f"vstfs:///Build/Build/{one.id}",
        "sourceBranch": one.branch,
        "sourceVersion": one.version,
        "priority": "normal",
        "reason": one.reason,
        "requestedFor": one.by.shown(base),
        "requestedBy": one.by.shown(base),
        "lastChangedDate": stamp(one.finished or one.queued),
        "lastChangedBy": one.by.shown(base),
        "repository": {"id": one.pipeline.repository.id, "type": "TfsGit", "name": one.pipeline.repository.name},
    }
    if one.status == "completed":
        shown |= {"result": one.result, "finishTime": stamp(one.finished)}
    return shown


def timeline(base: str, one: Build) -> JsonObject:
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"timeline:{one.id}"))
    job = str(uuid.uuid5(uuid.NAMESPACE_URL, f"job:{one.id}"))
    records = [_record(job, None, Step("Job", one.result or ""), one, "Job", 1)]
    records += [
        _record(str(uuid.uuid5(uuid.UUID(job), step.name)), job, step, one, "Task", number)
        for number, step in enumerate(one.steps, 1)
    ]
    return {"id": key, "changeId": len(records), "url": f"{build_url(base, one)}/Timeline/{key}", "records": records}


def _record(id: str, parent: str | None, step: Step, one: Build, kind: str, order: int) -> JsonObject:
    issues = [{"type": "error", "category": "General", "message": step.issue}] if step.issue else []
    return {
        "id": id,
        "parentId": parent,
        "type": kind,
        "name": step.name,
        "order": order,
        "attempt": 1,
        "startTime": stamp(one.started),
        "finishTime": stamp(one.finished),
        "state": "completed" if one.status == "completed" else "inProgress",
        "result": step.result or None,
        "errorCount": len(issues),
        "warningCount": 0,
        "issues": issues,
        "log": {"id": order, "type": "Container"},
    }


def pipeline(base: str, one: Pipeline) -> JsonObject:
    own = f"{base}/{one.project.id}/_apis/pipelines/{one.id}?revision=1"
    web = f"{base}/{quote(one.project.name)}/_build/definition?definitionId={one.id}"
    return {
        "_links": {"self": {"href": own}, "web": {"href": web}},
        "url": own,
        "id": one.id,
        "revision": 1,
        "name": one.name,
        "folder": "\\",
    }


def run(base: str, one: Build) -> JsonObject:
    owner = pipeline(base, one.pipeline)
    own = f"{base}/{one.pipeline.project.id}/_apis/pipelines/{one.pipeline.id}/runs/{one.id}"
    shown: JsonObject = {
        "_links": {"self": {"href": own}, "web": {"href": web_url(base, one)},
                   "pipeline": {"href": owner["url"]}},
        "pipeline": {name: value for name, value in owner.items() if name != "_links"},
        "state": "completed" if one.status == "completed" else "inProgress",
        "createdDate": stamp(one.queued),
        "url": own,
        "id": one.id,
        "name": one.number,
    }  # fmt: skip
    if one.status == "completed":
        shown |= {"result": one.result, "finishedDate": stamp(one.finished)}
    return shown
