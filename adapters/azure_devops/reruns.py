"""Running a pipeline again."""

from __future__ import annotations

import json

from adapters.azure_devops.api import WritingDevOps
from adapters.azure_devops.deed import Deed, Receipt
from adapters.azure_devops.forms import Model
from adapters.azure_devops.ids import number_of
from application.ports.executor import Look, Outcome
from domain.actions import Action
from domain.errors import CannotBe, NotFound


class Rerunning(Deed):
    """A finished run is begun again under its own number: the vendor refuses that while it runs."""

    def __init__(self, api: WritingDevOps, projects: tuple[str, ...]) -> None:
        self._api = api
        self._projects = projects

    def prepare(self, action: Action) -> str:
        run = self._run(action, self._all_projects())
        if run.status != "completed":
            raise CannotBe("it is running already", code="running")
        return json.dumps({"project": run.project.id, "finished": str(run.finish_time)})

    def execute(self, action: Action, token: str) -> Receipt:
        from azure.devops.v7_1.build.models import Build

        if action.attempts > 1 and self.look(action, token).outcome is Outcome.HAPPENED:
            return {}
        project, number = json.loads(token)["project"], number_of(action.target)
        self._api.write(lambda c: c.build.update_build(Build(), project, number, retry=True))
        return {}

    def look(self, action: Action, token: str) -> Look:
        noted = json.loads(token)
        run = self._run(action, (noted["project"],))
        again = run.status != "completed" or str(run.finish_time) != noted["finished"]
        return Look(Outcome.HAPPENED if again else Outcome.NOT_YET)

    def undo(self, action: Action, receipt: Receipt) -> Receipt:
        raise CannotBe("a run cannot be taken back", code="cannot_undo")

    def _all_projects(self) -> tuple[str, ...]:
        return self._projects or tuple(each.id for each in self._api.read(lambda c: c.core.get_projects(top=100)))

    def _run(self, action: Action, projects: tuple[str, ...]) -> Model:
        """Return the run, of whichever project; raise `CannotBe` where it is gone."""
        number = number_of(action.target)
        found = (self._find(project, number) for project in projects)
        run = next((each for each in found if each is not None), None)
        if run is None:
            raise CannotBe("the run no longer exists", code="gone")
        return run

    def _find(self, project: str, number: int) -> Model | None:
        try:
            return self._api.read(lambda c: c.build.get_build(project, number))
        except NotFound:
            return None
