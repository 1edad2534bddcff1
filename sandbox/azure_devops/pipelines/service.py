"""The services for builds and for pipelines, which are two views of the same runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, moment_of, page
from sandbox.azure_devops.git.pulls import PullRequests
from sandbox.azure_devops.pipelines import forms
from sandbox.azure_devops.pipelines.builds import Build, Builds, Pipeline
from sandbox.azure_devops.projects import Projects
from sandbox.microsoft.call import JsonObject, object_of, text_of

_READ, _RUN = "vso.build", "vso.build_execute"
_BUILD, _PIPELINE = "build/builds/{buildId}", "pipelines/{pipelineId}"


class PipelineService:
    """Runs: list, look into, begin anew."""

    def __init__(self, projects: Projects, builds: Builds, pulls: PullRequests) -> None:
        self._projects = projects
        self._builds = builds
        self._pulls = pulls

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("builds.list", "GET", "build/builds", _READ, self.list),
            Endpoint("builds.queue", "POST", "build/builds", _RUN, self.queue, writes=True),
            Endpoint("builds.get", "GET", _BUILD, _READ, self.get),
            Endpoint("builds.update", "PATCH", _BUILD, _RUN, self.update, writes=True),
            Endpoint("builds.timeline", "GET", f"{_BUILD}/timeline", _READ, self.timeline),
            Endpoint("builds.timelineById", "GET", f"{_BUILD}/timeline/{{timelineId}}", _READ, self.timeline),
            Endpoint("definitions.list", "GET", "build/definitions", _READ, self.definitions),
            Endpoint("definitions.get", "GET", "build/definitions/{definitionId}", _READ, self.definition),
            Endpoint("pipelines.list", "GET", "pipelines", _READ, self.pipelines),
            Endpoint("pipelines.get", "GET", _PIPELINE, _READ, self.pipeline),
            Endpoint("runs.list", "GET", f"{_PIPELINE}/runs", _READ, self.runs),
            Endpoint("runs.get", "GET", f"{_PIPELINE}/runs/{{runId}}", _READ, self.run),
            Endpoint("runs.create", "POST", f"{_PIPELINE}/runs", _RUN, self.begin, writes=True),
        )

    def list(self, call: Call) -> Outcome:
        """Newest first; where there are more, a continuation token says where to go on."""
        found = sorted((one for one in self._here(call) if _wanted(call, one)), key=_age, reverse=True)
        start, top = call.number("continuationToken", 0), call.number("$top", 1000)
        more = {"x-ms-continuationtoken": str(start + top)} if start + top < len(found) else {}
        return listed((forms.build(call.base, one) for one in found[start : start + top]), more)

    def get(self, call: Call) -> Outcome:
        return Outcome(forms.build(call.base, self._find(call)))

    def queue(self, call: Call) -> Outcome:
        """Begin a run; one of a pull request's merge belongs to that pull request."""
        body = call.fields
        pipeline = self._pipeline(object_of(body, "definition").get("id"))
        made = self._begin(call, pipeline, text_of(body, "sourceBranch"), text_of(body, "sourceVersion"))
        return Outcome(forms.build(call.base, made), 200, str(made.id), _state(made))

    def update(self, call: Call) -> Outcome:
        """Cancel a run, or with `retry` begin a finished one again under its own number."""
        build = self._find(call)
        if call.text("retry").lower() == "true":
            if build.status != "completed":
                raise errors.invalid(
                    "The build is still running and cannot be retried.", "BuildStatusInvalidChangeException"
                )
            build.status, build.result, build.finished = "inProgress", None, None
        elif text_of(call.fields, "status").lower() == "cancelling":
            build.finish("canceled")
        else:
            raise errors.invalid(
                "The status of a build cannot be changed like that.", "BuildStatusInvalidChangeException"
            )
        return Outcome(forms.build(call.base, build), 200, str(build.id), _state(build))

    def timeline(self, call: Call) -> Outcome:
        return Outcome(forms.timeline(call.base, self._find(call)))

    def definitions(self, call: Call) -> Outcome:
        name = call.text("name").lower()
        found = [one for one in self._pipelines(call) if name in ("", one.name.lower())]
        return listed(forms.definition(call.base, one) for one in page(call, found))

    def definition(self, call: Call) -> Outcome:
        return Outcome(forms.definition(call.base, self._builds.pipeline(call.key("definitionId"))))

    def pipelines(self, call: Call) -> Outcome:
        return listed(forms.pipeline(call.base, one) for one in page(call, self._pipelines(call)))

    def pipeline(self, call: Call) -> Outcome:
        return Outcome(forms.pipeline(call.base, self._builds.pipeline(call.key("pipelineId"))))

    def runs(self, call: Call) -> Outcome:
        pipeline = self._builds.pipeline(call.key("pipelineId"))
        found = sorted((one for one in self._builds if one.pipeline is pipeline), key=_age, reverse=True)
        return listed(forms.run(call.base, one) for one in found)

    def run(self, call: Call) -> Outcome:
        build = self._builds.find(call.key("runId"))
        if build.pipeline.id != call.key("pipelineId"):
            raise errors.no_build(build.id)
        return Outcome(forms.run(call.base, build))

    def begin(self, call: Call) -> Outcome:
        resources = object_of(object_of(call.fields, "resources"), "repositories")
        asked = object_of(resources, "self")
        pipeline = self._builds.pipeline(call.key("pipelineId"))
        made = self._begin(call, pipeline, text_of(asked, "refName"), text_of(asked, "version"))
        return Outcome(forms.run(call.base, made), 200, str(made.id), _state(made))

    def _begin(self, call: Call, pipeline: Pipeline, branch: str, version: str) -> Build:
        parts = branch.split("/")
        if parts[:2] == ["refs", "pull"] and len(parts) == 4 and parts[2].isdigit():
            made = self._builds.validate(pipeline, self._pulls.find(int(parts[2])))
            made.by = call.caller
            return made
        return self._builds.queue(pipeline, call.caller, branch=branch, version=version)

    def _pipeline(self, id: object) -> Pipeline:
        if not str(id).isdigit():
            raise errors.invalid("Value cannot be null.\r\nParameter name: build.Definition", "ArgumentNullException")
        return self._builds.pipeline(int(str(id)))

    def _pipelines(self, call: Call) -> Sequence[Pipeline]:
        project = self._projects.of(call)
        found = self._builds.pipelines.values()
        return [one for one in found if project is None or one.project.id == project.id]

    def _here(self, call: Call) -> Sequence[Build]:
        here = {one.id for one in self._pipelines(call)}
        return [one for one in self._builds if one.pipeline.id in here]

    def _find(self, call: Call) -> Build:
        build = self._builds.find(call.key("buildId"))
        if build not in self._here(call):
            raise errors.no_build(build.id)
        return build


def _age(build: Build) -> tuple[object, int]:
    return (build.queued, build.id)


def _state(build: Build) -> JsonObject:
    return {"pipeline": build.pipeline.name, "branch": build.branch, "version": build.version, "status": build.status}


def _wanted(call: Call, one: Build) -> bool:
    def among(name: str, found: str | None) -> bool:
        asked = [word.strip().lower() for word in call.text(name).split(",") if word.strip()]
        return not asked or "all" in asked or (found or "").lower() in asked

    since, until = moment_of(call, "minTime"), moment_of(call, "maxTime")
    by = call.text("requestedFor").lower()
    checks: tuple[Callable[[], bool], ...] = (
        lambda: among("definitions", str(one.pipeline.id)),
        lambda: among("buildIds", str(one.id)),
        lambda: among("statusFilter", one.status),
        lambda: among("resultFilter", one.result),
        lambda: among("reasonFilter", one.reason),
        lambda: among("branchName", one.branch.lower()),
        lambda: among("repositoryId", one.pipeline.repository.id),
        lambda: among("buildNumber", one.number),
        lambda: by in ("", one.by.id, one.by.address, one.by.name.lower()),
        lambda: (since is None or one.queued >= since) and (until is None or one.queued <= until),
    )
    return all(check() for check in checks)
