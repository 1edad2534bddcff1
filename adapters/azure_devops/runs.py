"""Reads runs of pipelines, and what failed in them."""

from __future__ import annotations

from datetime import datetime

from adapters.azure_devops import forms
from adapters.azure_devops.api import DevOps
from adapters.azure_devops.forms import Model, Owner
from domain.errors import AlfredError
from domain.work import Run, RunState

MOST_RUNS = 40
MOST_OF_A_PULL = 200
WORST_FIRST = (RunState.FAILED, RunState.RUNNING, RunState.CANCELED, RunState.SUCCEEDED)
MOST_REASONS = 500


class Runs:
    """The runs of one organisation; what failed in a run is asked for once, and again where it was run again."""

    def __init__(self, api: DevOps, owner: Owner, source: str) -> None:
        self._api = api
        self._owner = owner
        self._source = source
        self._reasons: dict[tuple[int, str], str] = {}

    def recent(self, projects: tuple[str, ...]) -> tuple[Run, ...]:
        """The latest of each project, the newest first."""
        found = [self._run(each) for project in projects for each in self._latest(project)]
        return tuple(sorted(found, key=lambda run: run.queued_at, reverse=True))

    def of_pull(self, project: str, number: int, since: datetime | None) -> Run | None:
        """How the runs stand that validate what was pushed at `since`: of each pipeline's last one, the worst."""
        branch = f"refs/pull/{number}/merge"
        found = self._api.read(
            lambda c: c.build.get_builds(
                project, branch_name=branch, min_time=since, top=MOST_OF_A_PULL, query_order="queueTimeDescending"
            )
        )
        last: dict[int, Model] = {}
        for build in found:
            last.setdefault(build.definition.id, build)
        worst = min(last.values(), key=lambda build: WORST_FIRST.index(forms.run_state(build)), default=None)
        return self._run(worst) if worst is not None else None

    def one(self, project: str, number: int) -> Run:
        return self._run(self._api.read(lambda c: c.build.get_build(project, number)))

    def _latest(self, project: str) -> list[Model]:
        return list(
            self._api.read(lambda c: c.build.get_builds(project, top=MOST_RUNS, query_order="queueTimeDescending"))
        )

    def _run(self, build: Model) -> Run:
        failed = forms.run_state(build) is RunState.FAILED
        return forms.run(self._owner, self._source, build, self._reason(build) if failed else "")

    def _reason(self, build: Model) -> str:
        """Return the step that failed and what it said; nothing where the vendor does not tell."""
        key = (build.id, str(build.finish_time))
        if key not in self._reasons:
            if len(self._reasons) >= MOST_REASONS:
                self._reasons.clear()
            self._reasons[key] = self._asked(build)
        return self._reasons[key]

    def _asked(self, build: Model) -> str:
        try:
            timeline = self._api.read(lambda c: c.build.get_build_timeline(build.project.id, build.id))
        except AlfredError:
            return ""
        records = (timeline.records if timeline is not None else None) or ()
        said = [(each, issue) for each in records if each.result == "failed" for issue in each.issues or ()]
        return "; ".join(f"{each.name}: {issue.message}" for each, issue in said[:2])
