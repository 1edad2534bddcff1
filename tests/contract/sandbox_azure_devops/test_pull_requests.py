from __future__ import annotations

import pytest
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.git.models import (
    Comment,
    GitPullRequest,
    GitPullRequestCommentThread,
    GitPullRequestSearchCriteria,
    GitPullRequestStatus,
    GitStatusContext,
    IdentityRefWithVote,
    WebApiCreateTagRequestData,
)

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, PRIYA, PROJECT, TOMAS, Sdk, waiting_pull


def test_a_pull_request_has_its_people_branches_and_commits(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops, description="Starts over no more.")
    found = sdk.git.get_pull_request("exporter", pull.id, project=PROJECT, include_commits=True)
    assert (found.title, found.description, found.status) == ("Keep the page cursor", "Starts over no more.", "active")
    assert (found.source_ref_name, found.target_ref_name) == ("refs/heads/feature/2214-page-cursor", "refs/heads/main")
    assert found.created_by.unique_name == PRIYA
    assert [(one.unique_name, one.vote) for one in found.reviewers] == [(OWNER, 0)]
    assert [commit.comment for commit in found.commits] == ["Keep the page cursor"]
    assert found.last_merge_source_commit.commit_id == pull.last.source
    assert (found.merge_status, found.creation_date) == ("succeeded", pull.created)


def test_searches_know_reviewer_creator_and_status(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    waiting, repository = waiting_pull(devops), devops.world.repository(PROJECT, "exporter")
    own = devops.world.open_pull(repository, "own", "Mine", {"/a": "b"}, by=OWNER, reviewers=[PRIYA])
    done = devops.world.open_pull(repository, "done", "Done", {"/c": "d"}, by=TOMAS, reviewers=[OWNER])
    devops.world.merge(done)
    me = devops.id_of(OWNER)

    def ids(**criteria: str) -> list[int]:
        found = sdk.git.get_pull_requests_by_project(PROJECT, GitPullRequestSearchCriteria(**criteria))
        return sorted(one.pull_request_id for one in found)

    assert ids(reviewer_id=me) == [waiting.id]
    assert ids(reviewer_id=me, status="all") == [waiting.id, done.id]
    assert ids(creator_id=me) == [own.id]
    assert ids(status="completed") == [done.id]
    in_repository = sdk.git.get_pull_requests("exporter", GitPullRequestSearchCriteria(), project=PROJECT, top=1)
    assert len(in_repository) == 1


def test_the_owners_vote_is_recorded_with_its_commit_and_can_be_reset(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    for vote in (10, 0):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=vote, id=me), "exporter", pull.id, me, PROJECT)
    recorded = [(one.method, one.account, one.resource, one.state["vote"]) for one in devops.record]
    assert recorded == [("pullRequestReviewers.vote", OWNER, str(pull.id), vote) for vote in (10, 0)]
    assert {one.state["commit"] for one in devops.record} == {pull.last.source}


def test_nobody_votes_for_another(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    other = devops.id_of(PRIYA)
    with pytest.raises(AzureDevOpsServiceError, match="TF401186"):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, other, PROJECT)
    assert (len(devops.record), list(pull.reviewers)) == (0, [devops.id_of(OWNER)])


@pytest.mark.parametrize("reviewer", [OWNER, "00000000-0000-0000-0000-000000000000"])
def test_only_a_members_id_names_a_reviewer(devops: AzureDevOpsServer, sdk: Sdk, reviewer: str) -> None:
    pull = waiting_pull(devops)
    with pytest.raises(AzureDevOpsServiceError, match="is not recognized"):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, reviewer, PROJECT)


def test_a_vote_is_one_of_five_numbers(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    with pytest.raises(AzureDevOpsServiceError, match="vote 7"):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=7), "exporter", pull.id, me, PROJECT)


def test_a_closed_pull_request_takes_no_vote(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull, me = waiting_pull(devops), devops.id_of(OWNER)
    devops.world.merge(pull)
    with pytest.raises(AzureDevOpsServiceError, match="TF401181"):
        sdk.git.create_pull_request_reviewer(IdentityRefWithVote(vote=10), "exporter", pull.id, me, PROJECT)
    assert sdk.git.get_pull_request_by_id(pull.id).closed_date == pull.closed


def test_a_push_begins_an_iteration_whose_changes_can_be_compared(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    before = pull.last.source
    commit = devops.world.push_commit(pull, {"/export/pager.py": None, "/new.py": "x = 1\n"})
    first, second = sdk.git.get_pull_request_iterations("exporter", pull.id, project=PROJECT, include_commits=True)
    assert (first.source_ref_commit.commit_id, second.source_ref_commit.commit_id) == (before, commit.id)
    assert [len(one.commits) for one in (first, second)] == [1, 2]

    def paths(**asked: int) -> dict[str, str]:
        entries = sdk.git.get_pull_request_iteration_changes("exporter", pull.id, 2, project=PROJECT, **asked)
        known = [entry.additional_properties for entry in entries.change_entries]
        return {entry["item"]["path"]: entry["changeType"] for entry in known}

    assert paths() == {"/new.py": "add", "/tests/test_pager.py": "add"}
    assert paths(compare_to=1) == {"/new.py": "add", "/export/pager.py": "delete"}


def test_five_thousand_files_come_in_parts(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = devops.world.large_pull(devops.world.repository(PROJECT, "exporter"), OWNER)
    found, skip, asked = 0, 0, True
    while asked:
        part = sdk.git.get_pull_request_iteration_changes("exporter", pull.id, 1, PROJECT, top=5000, skip=skip)
        found, skip, asked = found + len(part.change_entries), part.next_skip, bool(part.next_skip)
    assert found == 5000


def test_threads_are_opened_answered_settled_and_taken_back(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    theirs = devops.world.comment(pull, PRIYA, "Is the retry right?", "/export/pager.py", 2)
    reply = sdk.git.create_comment(
        Comment(content="Yes.", parent_comment_id=1), "exporter", pull.id, theirs.id, PROJECT
    )
    thread = GitPullRequestCommentThread(comments=[Comment(content="One more thing.")], status="active")
    made = sdk.git.create_thread(thread, "exporter", pull.id, PROJECT)
    sdk.git.update_thread(GitPullRequestCommentThread(status="fixed"), "exporter", pull.id, theirs.id, PROJECT)
    sdk.git.delete_comment("exporter", pull.id, made.id, 1, PROJECT)
    threads = sdk.git.get_threads("exporter", pull.id, PROJECT)
    told = [(one.status, [said.content for said in one.comments], one.is_deleted) for one in threads]
    assert told == [("fixed", ["Is the retry right?", "Yes."], False), ("active", [None], True)]
    assert threads[0].thread_context.file_path == "/export/pager.py"
    assert sdk.git.get_comment("exporter", pull.id, theirs.id, reply.id, PROJECT).author.unique_name == OWNER
    assert [one.method.partition(".")[2] for one in devops.record] == ["create", "create", "update", "delete"]


def test_work_items_labels_and_statuses_belong_to_it(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    devops.world.repository(PROJECT, "exporter")
    item = devops.world.add_work_item(PROJECT, "Bug", "Starts over at zero", id=2214)
    pull = waiting_pull(devops, work_items=[item.id])
    refs = sdk.git.get_pull_request_work_item_refs("exporter", pull.id, PROJECT)
    assert [one.id for one in refs] == ["2214"]
    sdk.git.create_pull_request_label(WebApiCreateTagRequestData(name="urgent"), "exporter", pull.id, PROJECT)
    assert [one.name for one in sdk.git.get_pull_request_labels("exporter", pull.id, PROJECT)] == ["urgent"]
    status = GitPullRequestStatus(state="succeeded", context=GitStatusContext(name="scan", genre="security"))
    sdk.git.create_pull_request_status(status, "exporter", pull.id, PROJECT)
    assert [one.state for one in sdk.git.get_pull_request_statuses("exporter", pull.id, PROJECT)] == ["succeeded"]


def test_it_is_completed_only_as_it_was_seen_and_when_policies_hold(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    order = GitPullRequest(status="completed", last_merge_source_commit={"commitId": pull.last.source})
    with pytest.raises(AzureDevOpsServiceError, match="TF402455"):
        sdk.git.update_pull_request(order, "exporter", pull.id, PROJECT)
    devops.world.pass_build(pull)
    devops.world.vote(pull, TOMAS, 10)
    assert sdk.git.update_pull_request(order, "exporter", pull.id, PROJECT).status == "completed"
    other = devops.world.open_pull(pull.repository, "other", "Other", {"/o": "o"}, by=PRIYA)
    seen = GitPullRequest(status="completed", last_merge_source_commit={"commitId": other.last.source})
    devops.world.push_commit(other)
    with pytest.raises(AzureDevOpsServiceError, match="TF401192"):
        sdk.git.update_pull_request(seen, "exporter", other.id, PROJECT)
