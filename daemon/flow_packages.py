"""The flows of `deploy/power_automate` as packages that Power Automate imports (*My flows → Import*).

The form is that of the packages which Power Automate itself exports: a zip of a manifest, which lists the flow, the
connectors it needs and a connection for each, and beside it the flow's definition.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from daemon.units.templates import deploy_folder, write_whole
from domain.codec import Json
from domain.errors import Invalid

EXAMPLE_ADDRESS = "https://alfred.example.com"
CONNECTORS = {"shared_office365": "Office 365 Outlook", "shared_teams": "Microsoft Teams"}
_MADE = "2026-01-01T00:00:00.0000000Z"  # the same flow and address give the same bytes
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class FlowPackage:
    """One flow, ready to be imported; its ids are made of its name, so that a later import can update it."""

    name: str
    properties: Mapping[str, Json]

    @cached_property
    def connectors(self) -> tuple[str, ...]:
        references = self.properties["connectionReferences"]
        assert isinstance(references, dict)
        return tuple(references)

    def content(self) -> bytes:
        """Return the zip."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, form in self._files():
                archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), json.dumps(form, ensure_ascii=False, indent=2))
        return made.getvalue()

    def _files(self) -> Iterator[tuple[str, object]]:
        folder = f"Microsoft.Flow/flows/{self._id('package')}"
        yield "manifest.json", self._manifest()
        index = {"packageSchemaVersion": "1.0", "flowAssets": {"assetPaths": [self._id("package")]}}
        yield "Microsoft.Flow/flows/manifest.json", index
        yield f"{folder}/definition.json", self._definition()
        yield f"{folder}/apisMap.json", {name: self._id("api", name) for name in self.connectors}
        yield f"{folder}/connectionsMap.json", {name: self._id("connection", name) for name in self.connectors}

    def _manifest(self) -> dict[str, object]:
        details = {
            "displayName": self.properties["displayName"],
            "description": self.properties["description"],
            "createdTime": _MADE,
            "packageTelemetryId": self._id("telemetry"),
            "creator": "N/A",
            "sourceEnvironment": "",
        }
        return {"schema": "1.0", "details": details, "resources": dict(self._resources())}

    def _resources(self) -> Iterator[tuple[str, object]]:
        needed = [self._id(what, name) for name in self.connectors for what in ("api", "connection")]
        yield (
            self._id("package"),
            {
                "type": "Microsoft.Flow/flows",
                "suggestedCreationType": "New",
                "creationType": "Existing, New, Update",
                "details": {"displayName": self.properties["displayName"]},
                "configurableBy": "User",
                "hierarchy": "Root",
                "dependsOn": needed,
            },
        )
        for name in self.connectors:
            yield self._id("api", name), _connector(name)
            yield self._id("connection", name), _connection(name, self._id("api", name))

    def _definition(self) -> dict[str, object]:
        properties = {
            "apiId": "/providers/Microsoft.PowerApps/apis/shared_logicflows",
            "displayName": self.properties["displayName"],
            "definition": self.properties["definition"],
            "connectionReferences": self.properties["connectionReferences"],
            "flowFailureAlertSubscribed": False,
            "isManaged": False,
        }
        flow = self._id("flow")
        kind = "Microsoft.Flow/flows"
        return {"name": flow, "id": f"/providers/{kind}/{flow}", "type": kind, "properties": properties}

    def _id(self, *what: str) -> str:
        return str(uuid5(NAMESPACE_URL, "/".join((EXAMPLE_ADDRESS, self.name, *what))))


def _connector(name: str) -> dict[str, object]:
    return {
        "id": f"/providers/Microsoft.PowerApps/apis/{name}",
        "name": name,
        "type": "Microsoft.PowerApps/apis",
        "suggestedCreationType": "Existing",
        "details": {"displayName": CONNECTORS[name]},
        "configurableBy": "System",
        "hierarchy": "Child",
        "dependsOn": [],
    }


def _connection(name: str, connector: str) -> dict[str, object]:
    return {
        "type": "Microsoft.PowerApps/apis/connections",
        "suggestedCreationType": "Existing",
        "creationType": "Existing",
        "details": {"displayName": CONNECTORS[name]},
        "configurableBy": "User",
        "hierarchy": "Child",
        "dependsOn": [connector],
    }


def packages(public_url: str) -> tuple[FlowPackage, ...]:
    """Return a package of each flow, which posts to `public_url`; raise `Invalid` where there is no such address."""
    if not public_url.startswith("https://"):
        raise Invalid(
            "the flows post to Alfred's https address; set it, alfred setup --step phone", where="web.public_url"
        )
    address = json.dumps(public_url.rstrip("/"))[1:-1]
    files = sorted((deploy_folder() / "power_automate").glob("*.json"))
    forms = (json.loads(file.read_text(encoding="utf-8").replace(EXAMPLE_ADDRESS, address)) for file in files)
    return tuple(FlowPackage(form["name"], form["properties"]) for form in forms)


def write_packages(folder: Path, public_url: str) -> tuple[Path, ...]:
    """Write every package into `folder`; return the files."""
    written = []
    for package in packages(public_url):
        file = folder / f"{package.name}.zip"
        write_whole(file, package.content(), 0o644)
        written.append(file)
    return tuple(written)
