"""The packages of the flows: what Power Automate's own exports hold, the owner's address, and no secret."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.flow_packages import CONNECTORS, EXAMPLE_ADDRESS, FlowPackage, packages, write_packages
from domain.errors import Invalid

ADDRESS = "https://alfred.jo.example"
PACKAGES = packages(ADDRESS)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
every_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)


def files(package: FlowPackage) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(package.content())) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_there_is_a_package_of_each_flow() -> None:
    stored = Path(__file__).parents[2] / "deploy" / "power_automate"
    assert [package.name for package in PACKAGES] == [file.stem for file in sorted(stored.glob("*.json"))]


@every_package
def test_a_package_has_the_five_files_of_an_export(package: FlowPackage) -> None:
    found = files(package)
    (flow,) = found["Microsoft.Flow/flows/manifest.json"]["flowAssets"]["assetPaths"]
    inside = {f"Microsoft.Flow/flows/{flow}/{name}.json" for name in ("definition", "apisMap", "connectionsMap")}
    assert set(found) == {"manifest.json", "Microsoft.Flow/flows/manifest.json", *inside}


@every_package
def test_the_manifest_lists_flow_connectors_and_connections_and_all_that_is_named_is_there(
    package: FlowPackage,
) -> None:
    found = files(package)
    resources = found["manifest.json"]["resources"]
    (flow,) = found["Microsoft.Flow/flows/manifest.json"]["flowAssets"]["assetPaths"]
    connectors = found[f"Microsoft.Flow/flows/{flow}/apisMap.json"]
    connections = found[f"Microsoft.Flow/flows/{flow}/connectionsMap.json"]
    references = found[f"Microsoft.Flow/flows/{flow}/definition.json"]["properties"]["connectionReferences"]
    assert set(connectors) == set(connections) == set(references) <= set(CONNECTORS)
    assert set(resources) == {flow, *connectors.values(), *connections.values()}
    assert set(resources[flow]["dependsOn"]) == set(resources) - {flow}
    assert [resources[connections[name]]["dependsOn"] for name in connectors] == [[id] for id in connectors.values()]
    assert all(UUID.fullmatch(id) for id in resources)


@every_package
def test_every_action_finds_its_connection(package: FlowPackage) -> None:
    text = json.dumps(package.properties["definition"])
    assert set(re.findall(r'"connectionName": "(\w+)"', text)) == set(package.connectors)


def test_no_two_packages_share_an_id() -> None:
    ids = [id for package in PACKAGES for id in files(package)["manifest.json"]["resources"]]
    assert len(ids) == len(set(ids))


def test_the_owners_address_is_filled_in_and_the_secret_is_not() -> None:
    texts = {package.name: json.dumps(files(package)) for package in PACKAGES}
    assert [name for name, text in texts.items() if EXAMPLE_ADDRESS in text] == []
    posting = {name for name, text in texts.items() if ADDRESS in text}
    assert posting == {"alfred-post-mail", "alfred-post-teams"}
    assert {name for name, text in texts.items() if "PUT-YOUR-SECRET-HERE" in text} == posting


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_any_address_gives_a_package_that_reads_back(path: str) -> None:
    address = f"https://x.example/{path}".rstrip("/")
    post = next(package for package in packages(address) if package.name == "alfred-post-mail")
    definition = post.properties["definition"]
    assert isinstance(definition, dict)
    assert definition["actions"]["Post_to_Alfred"]["inputs"]["uri"] == f"{address}/hooks/power-automate/mail"  # type: ignore[index, call-overload]


def test_the_same_address_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_packages(tmp_path / name, ADDRESS + end) for name, end in (("a", ""), ("b", "/")))
    assert [file.name for file in first] == [f"{package.name}.zip" for package in PACKAGES]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


@pytest.mark.parametrize("address", ["", "http://localhost:8420"])
def test_without_an_https_address_there_is_nothing_to_post_to(address: str) -> None:
    with pytest.raises(Invalid, match="setup --step phone"):
        packages(address)
