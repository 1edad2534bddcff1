from __future__ import annotations

import pytest
from azure.devops.exceptions import AzureDevOpsServiceError
from azure.devops.v7_1.git.models import (
    GitBaseVersionDescriptor,
    GitQueryCommitsCriteria,
    GitTargetVersionDescriptor,
    GitVersionDescriptor,
)

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, PRIYA, PROJECT, Sdk, waiting_pull

BRANCH = GitVersionDescriptor(version="feature/2214-page-cursor", version_type="branch")


def test_projects_and_repositories_are_found_by_name_and_id(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    one = devops.world.repository(PROJECT, "exporter")
    assert [(found.id, found.name) for found in sdk.core.get_projects()] == [(one.project.id, PROJECT)]
    assert sdk.core.get_project(one.project.id).default_team.name == f"{PROJECT} Team"
    assert [found.name for found in sdk.git.get_repositories()] == ["exporter"]
    assert sdk.git.get_repository(one.id).default_branch == "refs/heads/main"
    assert sdk.git.get_repository("Exporter", project=PROJECT).id == one.id


def test_a_member_is_told_of_his_own_teams(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    team, other = devops.world.team(PROJECT, "Exporters", [OWNER]), devops.world.team(PROJECT, "Others", [PRIYA])
    (found,) = sdk.core.get_all_teams(mine=True)
    assert (found.id, found.name, found.project_name) == (team.id, "Exporters", PROJECT)
    assert [each.id for each in sdk.core.get_all_teams()] == [team.id, other.id]


def test_branches_tell_how_far_they_are(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    devops.world.push_commit(pull)
    assert [ref.name for ref in sdk.git.get_refs("exporter", PROJECT, filter="heads/feature")] == [pull.source]
    branch = sdk.git.get_branch("exporter", "feature/2214-page-cursor", PROJECT)
    assert (branch.ahead_count, branch.behind_count, branch.commit.commit_id) == (2, 0, pull.last.source)
    known = {found.name: found.is_base_version for found in sdk.git.get_branches("exporter", PROJECT)}
    assert known == {"feature/2214-page-cursor": False, "main": True}


def test_commits_are_listed_by_branch_author_and_file(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)

    def messages(**criteria: object) -> list[str]:
        found = sdk.git.get_commits("exporter", GitQueryCommitsCriteria(**criteria), PROJECT)
        return [commit.comment for commit in found]

    assert messages() == ["First commit"]
    assert messages(item_version=BRANCH) == ["Keep the page cursor", "First commit"]
    assert messages(item_version=BRANCH, author="priya") == ["Keep the page cursor"]
    assert messages(item_version=BRANCH, item_path="/README.md") == ["First commit"]
    whole = sdk.git.get_commit(pull.last.source, "exporter", PROJECT)
    assert (whole.author.email, len(whole.parents)) == (PRIYA, 1)
    changes = sdk.git.get_changes(pull.last.source, "exporter", PROJECT)
    assert changes.change_counts == {"Add": 2, "Edit": 0, "Delete": 0}
    assert [one["item"]["path"] for one in changes.changes] == ["/export/pager.py", "/tests/test_pager.py"]


def test_files_are_read_as_they_stand_on_a_branch(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    waiting_pull(devops)
    item = sdk.git.get_item("exporter", "/export/pager.py", PROJECT, version_descriptor=BRANCH, include_content=True)
    assert item.content == "def page():\n    return 1\n"
    text = b"".join(sdk.git.get_item_text("exporter", "README.md", PROJECT))
    assert text == b"# exporter\n"
    listed = sdk.git.get_items("exporter", PROJECT, scope_path="/tests", version_descriptor=BRANCH)
    assert [one.path for one in listed] == ["/tests/test_pager.py"]
    with pytest.raises(AzureDevOpsServiceError, match="TF401174"):
        sdk.git.get_item("exporter", "/export/pager.py", PROJECT)


def test_two_branches_are_compared(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    waiting_pull(devops)
    base = GitBaseVersionDescriptor(base_version="main", base_version_type="branch")
    target = GitTargetVersionDescriptor(target_version="feature/2214-page-cursor", target_version_type="branch")
    found = sdk.git.get_commit_diffs(
        "exporter", PROJECT, base_version_descriptor=base, target_version_descriptor=target
    )
    assert (found.ahead_count, found.behind_count, len(found.changes)) == (1, 0, 2)


@pytest.mark.parametrize(
    ("project", "repository", "key"),
    [
        ("Nowhere", "exporter", "ProjectDoesNotExistWithNameException"),
        (PROJECT, "nothing", "GitRepositoryNotFoundException"),
    ],
)
def test_what_is_not_there_is_refused_in_the_vendors_form(
    devops: AzureDevOpsServer, sdk: Sdk, project: str, repository: str, key: str
) -> None:
    devops.world.repository(PROJECT, "exporter")
    with pytest.raises(AzureDevOpsServiceError) as refused:
        sdk.git.get_repository(repository, project=project)
    assert (refused.value.type_key, refused.value.event_id) == (key, 3000)
    assert refused.value.type_name.partition(",")[0].endswith(f".{key}")
