from __future__ import annotations

import httpx
import pytest
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.build.models import Build, DefinitionReference
from azure.devops.v7_1.pipelines.models import RunPipelineParameters

from sandbox.azure_devops import AzureDevOpsServer
from sandbox.azure_devops.git.pulls import PullRequest
from tests.contract.sandbox_azure_devops.asking import OWNER, PRIYA, PROJECT, TOMAS, Sdk, waiting_pull


def standing(sdk: Sdk, pull: PullRequest) -> dict[str, str]:
    """How a pull request stands to each policy."""
    artifact = f"vstfs:///CodeReview/CodeReviewId/{pull.repository.project.id}/{pull.id}"
    found = sdk.policy.get_policy_evaluations(PROJECT, artifact)
    return {one.configuration.type.display_name: one.status for one in found}


def test_runs_are_found_by_branch_result_and_pipeline(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    failed = devops.world.fail_build(pull)
    passed = devops.world.pass_build(pull)
    branch = f"refs/pull/{pull.id}/merge"
    assert [one.id for one in sdk.build.get_builds(PROJECT, branch_name=branch)] == [passed.id, failed.id]
    assert [one.id for one in sdk.build.get_builds(PROJECT, result_filter="failed")] == [failed.id]
    assert sdk.build.get_builds(PROJECT, definitions=[99]) == []
    one = sdk.build.get_build(PROJECT, failed.id)
    assert (one.status, one.result, one.reason) == ("completed", "failed", "pullRequest")
    assert (one.trigger_info["pr.number"], one.requested_for.unique_name) == (str(pull.id), PRIYA)


def test_the_timeline_says_where_a_run_failed(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    build = devops.world.fail_build(waiting_pull(devops), "Test", "2 of 118 tests failed.")
    records = sdk.build.get_build_timeline(PROJECT, build.id).records
    told = [(one.name, issue.message) for one in records if one.result == "failed" for issue in one.issues]
    assert told == [("Test", "2 of 118 tests failed.")]


def test_a_run_of_a_pull_request_is_begun_again(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    failed = devops.world.fail_build(pull)
    order = Build(definition=DefinitionReference(id=failed.pipeline.id), source_branch=f"refs/pull/{pull.id}/merge")
    made = sdk.build.queue_build(order, PROJECT)
    assert (made.status, made.requested_for.unique_name) == ("inProgress", OWNER)
    assert standing(sdk, pull)["Build"] == "running"
    devops.world.pass_build(pull)
    assert standing(sdk, pull)["Build"] == "approved"
    assert [(one.method, one.resource) for one in devops.record] == [("builds.queue", str(made.id))]


def test_a_finished_run_is_retried_and_a_running_one_is_not(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    failed = devops.world.fail_build(waiting_pull(devops))
    assert sdk.build.update_build(Build(), PROJECT, failed.id, retry=True).status == "inProgress"
    with pytest.raises(AzureDevOpsServiceError, match="still running"):
        sdk.build.update_build(Build(), PROJECT, failed.id, retry=True)


def test_pipelines_show_the_same_runs(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    build = devops.world.pass_build(waiting_pull(devops))
    pipeline = sdk.pipelines.list_pipelines(PROJECT)[0]
    assert (pipeline.name, sdk.pipelines.get_pipeline(PROJECT, pipeline.id).id) == ("exporter-ci", pipeline.id)
    assert [definition.name for definition in sdk.build.get_definitions(PROJECT)] == ["exporter-ci"]
    run = sdk.pipelines.get_run(PROJECT, pipeline.id, build.id)
    assert (run.state, run.result, run.name) == ("completed", "succeeded", build.number)
    made = sdk.pipelines.run_pipeline(RunPipelineParameters(), PROJECT, pipeline.id)
    assert [one.id for one in sdk.pipelines.list_runs(PROJECT, pipeline.id)] == [made.id, build.id]


def test_a_long_list_goes_on_where_its_token_says(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    made = [devops.world.pass_build(pull).id for _ in range(3)]
    with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {devops.bearer(OWNER)}"}) as client:
        first = client.get(f"{devops.organization_url}/{PROJECT}/_apis/build/builds?$top=2")
    rest = sdk.build.get_builds(PROJECT, top=2, continuation_token=first.headers["x-ms-continuationtoken"])
    assert [*(one["id"] for one in first.json()["value"]), *(one.id for one in rest)] == made[::-1]


def test_policies_follow_votes_runs_and_pushes(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    assert standing(sdk, pull) == {"Minimum number of reviewers": "queued", "Build": "queued"}
    devops.world.pass_build(pull)
    devops.world.vote(pull, TOMAS, 10)
    assert standing(sdk, pull) == {"Minimum number of reviewers": "approved", "Build": "approved"}
    devops.world.push_commit(pull)
    assert standing(sdk, pull)["Build"] == "queued"
    devops.world.fail_build(pull)
    devops.world.vote(pull, TOMAS, -10)
    assert standing(sdk, pull) == {"Minimum number of reviewers": "rejected", "Build": "rejected"}


def test_what_is_not_there_is_refused(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    devops.world.repository(PROJECT, "exporter")
    with pytest.raises(AzureDevOpsServiceError, match="build 77 could not be found") as refused:
        sdk.build.get_build(PROJECT, 77)
    assert refused.value.type_key == "BuildNotFoundException"
