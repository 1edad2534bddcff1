"""Who am I, who are the others, and where is what: the services that a client asks first."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sandbox.azure_devops import errors, locations
from sandbox.azure_devops.call import Call, Endpoint, Outcome, listed
from sandbox.azure_devops.people import Identity, People
from sandbox.microsoft.call import JsonObject


class IdentityService:
    """Connection data, identities, and the resource areas."""

    def __init__(self, people: People) -> None:
        self._people = people

    def endpoints(self) -> tuple[Endpoint, ...]:
        return (
            Endpoint("connectionData.get", "GET", "connectionData", "", self.connection),
            Endpoint("resourceAreas.list", "GET", "resourceAreas", "", self.areas),
            Endpoint("resourceAreas.get", "GET", "resourceAreas/{areaId}", "", self.area),
            Endpoint("identities.list", "GET", "identities", "vso.project", self.identities),
            Endpoint("identities.get", "GET", "identities/{identityId}", "vso.project", self.identity),
        )

    def connection(self, call: Call) -> Outcome:
        me = call.caller.whole()
        return Outcome({
            "authenticatedUser": me, "authorizedUser": me, "instanceId": str(uuid.uuid5(uuid.NAMESPACE_URL, call.base)),
            "deploymentId": str(uuid.uuid5(uuid.NAMESPACE_URL, "azure-devops")), "deploymentType": "hosted",
            "locationServiceData": {"defaultAccessMappingMoniker": "PublicAccessMapping", "lastChangeId": 1},
        })  # fmt: skip

    def areas(self, call: Call) -> Outcome:
        return listed(_area(call, id, name) for id, name in locations.AREAS.items())

    def area(self, call: Call) -> Outcome:
        id = call.path["areaId"].lower()
        if id not in locations.AREAS:
            raise errors.Refusal(404, "ResourceAreaNotFoundException", f"The resource area {id} was not found.")
        return Outcome(_area(call, id, locations.AREAS[id]))

    def identities(self, call: Call) -> Outcome:
        """By ids, by descriptors, or by words in any of the vendor's filters."""
        by_id, words = call.text("identityIds"), call.text("filterValue")
        if by_id or call.text("descriptors") or call.text("subjectDescriptors"):
            keys = f"{by_id},{call.text('descriptors')},{call.text('subjectDescriptors')}".split(",")
            return listed(one.whole() for one in self._found(key for key in keys if key))
        return listed(one.whole() for one in self._people.search(words)) if words else listed([])

    def identity(self, call: Call) -> Outcome:
        found = self._people.find(call.path["identityId"])
        return Outcome(found.whole() if found else None)

    def _found(self, keys: Iterable[str]) -> list[Identity]:
        found = (self._people.find(key.rpartition(";")[2]) for key in keys)
        return [one for one in found if one is not None]


def _area(call: Call, id: str, name: str) -> JsonObject:
    return {"id": id, "name": name, "locationUrl": f"{call.base}/"}
