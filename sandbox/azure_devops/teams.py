"""The teams of all projects, and the caller's own."""

from __future__ import annotations

from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, page
from sandbox.azure_devops.people import Identity, People
from sandbox.azure_devops.projects import Projects
from sandbox.microsoft.call import JsonObject


class TeamService:
    """Source: https://learn.microsoft.com/rest/api/azure/devops/core/teams/get-all-teams."""

    def __init__(self, people: People, projects: Projects) -> None:
        self._people = people
        self._projects = projects

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (Endpoint("teams.list", "GET", "teams", "vso.project", self.list),)

    def list(self, call: Call) -> Outcome:
        mine = call.text("$mine").lower() == "true"
        found = self._people.teams(call.caller if mine else None)
        return listed(self._shown(call.base, team) for team in page(call, found))

    def _shown(self, base: str, team: Identity) -> JsonObject:
        named, _, name = team.name.removeprefix("[").partition("]\\")
        project = self._projects.find(named)
        return {
            "id": team.id, "name": name, "description": "", "projectName": project.name, "projectId": project.id,
            "url": f"{base}/_apis/projects/{project.id}/teams/{team.id}",
            "identityUrl": f"{base}/_apis/Identities/{team.id}",
        }  # fmt: skip
