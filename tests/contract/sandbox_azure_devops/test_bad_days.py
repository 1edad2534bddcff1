from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from azure.devops.exceptions import AzureDevOpsAuthenticationError, AzureDevOpsServiceError
from azure.devops.v7_1.git.models import IdentityRefWithVote

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, PROJECT, Sdk, waiting_pull


def asked(server: AzureDevOpsServer, path: str, verb: str = "GET", **kwargs: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {server.bearer(OWNER)}", "X-TFS-FedAuthRedirect": "Suppress"}
    with httpx.Client(trust_env=False, headers=headers) as client:
        return client.request(verb, f"{server.organization_url}/{path}", **kwargs)  # type: ignore[arg-type]


def test_too_many_calls_are_told_when_to_come_again() -> None:
    with AzureDevOpsServer(limit=1) as server:
        answers = [asked(server, "_apis/projects") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert 0 < int(answers[1].headers["retry-after"]) <= 300
    assert answers[1].json()["typeKey"] == "RequestBlockedException"


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 503])
def test_a_status_on_order_has_the_vendors_form(devops: AzureDevOpsServer, sdk: Sdk, status: int) -> None:
    devops.misbehave("status", method="projects.list", status=status, count=1, retry_after=7)
    answer = asked(devops, "_apis/projects")
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")
    assert answer.json().keys() == {
        "$id", "innerException", "message", "typeName", "typeKey", "errorCode", "eventId"
    }  # fmt: skip
    assert asked(devops, "_apis/projects").status_code == 200


def test_a_sign_in_page_can_come_with_success(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    devops.misbehave("status", method="projects.list", status=203, count=1)
    answer = asked(devops, "_apis/projects")
    assert (answer.status_code, answer.headers["content-type"]) == (203, "text/html; charset=utf-8")
    assert "Sign In" in answer.text


def test_a_vote_whose_answer_is_lost_was_cast(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    devops.misbehave("reset", method="pullRequestReviewers.vote", count=1)
    sdk.git.config.retry_policy.retries = 0
    with pytest.raises(Exception, match=r"(?i)reset|aborted|closed"):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, me, PROJECT)
    assert [one.state["vote"] for one in devops.record] == [10]


def test_an_order_for_a_server_error_changes_nothing(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    devops.misbehave("status", method="pullRequestReviewers.*", status=409, count=1)
    with pytest.raises(AzureDevOpsServiceError):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, me, PROJECT)
    assert (len(devops.record), pull.reviewers[me].vote) == (0, 0)


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("GET", "_apis/nothing/here", None, 404),
        ("DELETE", "_apis/projects", None, 405),
        ("POST", f"{PROJECT}/_apis/wit/workitems/$Bug", {}, 415),
        ("GET", f"{PROJECT}/_apis/git/pullRequests?searchCriteria.status=all&$top=some", None, 400),
        ("GET", f"{PROJECT}/_apis/policy/evaluations?artifactId=vstfs:///x", None, 400),
    ],
)
def test_what_no_client_should_ask_is_refused(
    devops: AzureDevOpsServer, verb: str, path: str, body: object, status: int
) -> None:
    devops.world.repository(PROJECT, "exporter")
    assert asked(devops, path, verb, json=body).status_code == status


def test_every_mutation_is_on_disk_before_the_answer(tmp_path: Path) -> None:
    with AzureDevOpsServer(record=tmp_path / "record.jsonl") as server:
        pull, me = waiting_pull(server), server.id_of(OWNER)
        path = f"{PROJECT}/_apis/git/repositories/exporter/pullRequests/{pull.id}/reviewers/{me}"
        assert asked(server, path, "PUT", json={"vote": 10}).status_code == 200
        (line,) = (tmp_path / "record.jsonl").read_text().splitlines()
    assert json.loads(line)["state"] == {"reviewer": me, "vote": 10, "commit": pull.last.source}


def test_another_process_moves_the_world_by_http(devops: AzureDevOpsServer) -> None:
    pull = waiting_pull(devops)
    with httpx.Client(trust_env=False, base_url=devops.base_url) as client:
        pat = client.post("/_sandbox/pats", json={"address": OWNER, "scopes": ["vso.code"]}).json()["pat"]
        pushed = client.post(f"/_sandbox/pull-requests/{pull.id}/push").json()
        client.post(f"/_sandbox/pull-requests/{pull.id}/fail-build")
        unknown = client.post(f"/_sandbox/pull-requests/{pull.id}/dance")
        client.post("/_sandbox/pats/expire", json={"pat": pat})
    assert (pushed["commit"], len(pull.iterations), unknown.status_code) == (pull.last.source, 2, 404)
    assert [build.result for build in devops.organisation.builds] == ["failed"]
    with pytest.raises(AzureDevOpsAuthenticationError):
        Sdk(devops, "no-such-token").core.get_projects()
