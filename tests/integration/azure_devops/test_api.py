"""The work over the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from tests.integration.azure_devops.setting import Setting
from web.api.app import create_app


@pytest.fixture
def api(setting: Setting) -> Iterator[TestClient]:
    _, token = setting.house.services.devices.add("test", ends=False)
    headers = {"Authorization": f"Bearer {token}"}
    with TestClient(create_app(setting.house.services), base_url="http://127.0.0.1:8420", headers=headers) as client:
        yield client


def test_the_queue_and_one_of_it_with_its_cards(setting: Setting, api: TestClient) -> None:
    page = api.get("/api/devops/pull-requests", params={"waiting": "true"}).json()
    assert page["items"][0]["pull"]["number"] == 418
    assert len(api.get("/api/devops/pull-requests").json()["items"]) == 5
    whole = api.get(f"/api/devops/pull-requests/{page['items'][0]['pull']['id']}").json()
    assert [each["kind"] for each in whole["actions"]] == ["vote_pull_request"]
    assert (whole["review"]["linked"][0]["number"], whole["review"]["pull"]["run"]) == (2214, "succeeded")
    shown = api.get(f"/api/actions/{whole['actions'][0]['id']}").json()
    done = api.post(f"/api/actions/{shown['id']}/approve", json={"digest": shown["digest"]}).json()
    assert (done["status"], setting.votes()) == ("executed", [10])
    setting.house.clock.advance(timedelta(minutes=3))
    after = api.get("/api/devops/pull-requests", params={"waiting": "true"}).json()
    assert 418 not in {each["pull"]["number"] for each in after["items"]}


def test_items_runs_and_code(api: TestClient) -> None:
    mine = api.get("/api/devops/work-items", params={"mine": "true"}).json()["items"]
    assert len(mine) == 4
    failed = api.get("/api/devops/pipelines", params={"state": "failed"}).json()["items"]
    assert {each["pipeline"] for each in failed} == {"exporter-ci", "exporter-nightly"}
    repositories = api.get("/api/devops/repositories").json()["items"]
    assert [each["name"] for each in repositories] == ["exporter", "console"]
    at = f"/api/devops/repositories/{repositories[0]['id']}"
    assert api.get(f"{at}/commits", params={"limit": 1}).json()["items"][0]["message"] == "Begin exporter"
    assert "main" in {each["name"] for each in api.get(f"{at}/branches").json()["items"]}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/devops/pull-requests/devops:pr-4711", 404),
        ("/api/devops/pull-requests?waiting=perhaps", 422),
        ("/api/devops/pipelines?state=odd", 422),
        ("/api/devops/repositories/nothing/commits", 404),
    ],
)
def test_what_is_not_there_or_makes_no_sense_is_said(api: TestClient, path: str, status: int) -> None:
    assert api.get(path).status_code == status


def test_an_owner_proposes_what_he_wants(setting: Setting, api: TestClient) -> None:
    api.get("/api/devops/pull-requests")
    order = {"kind": "vote_pull_request", "target": "devops:pr-424", "arguments": {"vote": "reject"}}
    made = api.post("/api/actions", json=order).json()
    assert (made["status"], made["risk"], made["title"]) == (
        "proposed",
        "approval",
        "Reject “Write Parquet beside CSV” (!424)",
    )
    wrong = api.post("/api/actions", json={**order, "arguments": {"vote": "adore"}})
    assert wrong.status_code == 422
    assert setting.votes() == []
