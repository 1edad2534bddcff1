"""Who belongs to the organisation: the vendor's own ids, which are not those of the tenant's directory."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass

from sandbox.microsoft.call import JsonObject


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or a team; `id` is what votes and searches want."""

    id: str
    address: str
    name: str
    is_team: bool = False

    @property
    def descriptor(self) -> str:
        kind = "vssgp" if self.is_team else "aad"
        return f"{kind}.{base64.urlsafe_b64encode(self.id.encode()).decode().rstrip('=')}"

    def shown(self, base: str) -> JsonObject:
        """An `IdentityRef`."""
        return {
            "displayName": self.name,
            "url": f"{base}/_apis/Identities/{self.id}",
            "_links": {"avatar": {"href": f"{base}/_apis/GraphProfile/MemberAvatars/{self.descriptor}"}},
            "id": self.id,
            "uniqueName": self.address,
            "imageUrl": f"{base}/_api/_common/identityImage?id={self.id}",
            "descriptor": self.descriptor,
            **({"isContainer": True} if self.is_team else {}),
        }

    def whole(self) -> JsonObject:
        """An `Identity` as the identity service has it."""
        return {
            "id": self.id,
            "descriptor": f"Microsoft.IdentityModel.Claims.ClaimsIdentity;{self.address}",
            "subjectDescriptor": self.descriptor,
            "providerDisplayName": self.name,
            "isActive": True,
            "isContainer": self.is_team,
            "members": [],
            "memberOf": [],
            "memberIds": [],
            "properties": {
                "Account": {"$type": "System.String", "$value": self.address},
                "Mail": {"$type": "System.String", "$value": self.address},
            },
            "resourceVersion": 2,
            "metaTypeId": 0,
        }


class People:
    """The members of one organisation."""

    def __init__(self) -> None:
        self._by_address: dict[str, Identity] = {}
        self._members: dict[str, set[str]] = {}

    def person(self, address: str, name: str = "") -> Identity:
        """The member with an address, entered where it is new."""
        key = address.lower()
        known = self._by_address.get(key)
        if known is None or (name and known.name != name):
            shown = name or key.partition("@")[0].replace(".", " ").title()
            self._by_address[key] = Identity(_id(key), key, shown)
        return self._by_address[key]

    def team(self, project: str, name: str) -> Identity:
        """A team of a project."""
        key = f"vstfs:///classification/teamproject/{project}\\{name}".lower()
        return self._by_address.setdefault(key, Identity(_id(key), key, f"[{project}]\\{name}", is_team=True))

    def join(self, team: Identity, *members: Identity) -> None:
        self._members.setdefault(team.id, set()).update(each.id for each in members)

    def teams(self, member: Identity | None = None) -> list[Identity]:
        """All teams, or those of one member."""
        known = (one for one in self._by_address.values() if one.is_team)
        return [one for one in known if member is None or member.id in self._members.get(one.id, ())]

    def find(self, reference: str) -> Identity | None:
        """The member behind an id, an address or a full name."""
        wanted = reference.strip().lower()
        return self._by_address.get(wanted) or next(
            (one for one in self._by_address.values() if wanted in (one.id, one.name.lower())), None
        )

    def search(self, words: str) -> list[Identity]:
        wanted = words.strip().lower()
        return [one for one in self._by_address.values() if wanted in f"{one.name} {one.address}".lower()]


def _id(key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"azure-devops:{key}"))
