"""The projects of the organisation, and the service that tells of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.azure_devops import errors
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed, stamp
from sandbox.microsoft.call import JsonObject

_CHANGED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Project:
    """A project; everything else belongs to one."""

    id: str
    name: str
    description: str = ""

    def shown(self, base: str) -> JsonObject:
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "url": f"{base}/_apis/projects/{self.id}",
            "state": "wellFormed",
            "revision": 11,
            "visibility": "private",
            "lastUpdateTime": stamp(_CHANGED),
        }


class Projects:
    """The projects, by name or id."""

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation
        self._known: dict[str, Project] = {}

    def __iter__(self) -> Iterator[Project]:
        return iter(self._known.values())

    def add(self, name: str, description: str = "") -> Project:
        """The project of that name, founded where it is new."""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._organisation}/{name}"))
        return self._known.setdefault(name.lower(), Project(key, name, description))

    def find(self, reference: str) -> Project:
        wanted = reference.lower()
        found = self._known.get(wanted) or next((one for one in self._known.values() if one.id == wanted), None)
        if found is None:
            raise errors.no_project(reference)
        return found

    def of(self, call: Call) -> Project | None:
        """The project that the path names, None for the whole organisation."""
        named = call.path.get("project")
        return self.find(named) if named else None

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("projects.list", "GET", "projects", "vso.project", self.list),
            Endpoint("projects.get", "GET", "projects/{projectId}", "vso.project", self.get),
        )

    def list(self, call: Call) -> Outcome:
        """A part of them; where there are more, the token says how many were handed over already."""
        found = [project.shown(call.base) for project in self._known.values()]
        start, top = call.number("continuationToken", call.number("$skip", 0)), call.number("$top", 100)
        more = {"x-ms-continuationtoken": str(start + top)} if start + top < len(found) else {}
        return listed(found[start : start + top], more)

    def get(self, call: Call) -> Outcome:
        project = self.find(call.path["projectId"])
        team = {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{project.id}/team")), "name": f"{project.name} Team"}
        return Outcome({**project.shown(call.base), "defaultTeam": team})
