from __future__ import annotations

from typing import Any

import pytest
from azure.devops.exceptions import AzureDevOpsClientRequestError, AzureDevOpsServiceError
from azure.devops.v7_1.work_item_tracking.models import (
    CommentCreate,
    JsonPatchOperation,
    TeamContext,
    Wiql,
    WorkItemBatchGetRequest,
)

from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, PRIYA, PROJECT, Sdk, waiting_pull


def operation(op: str, path: str, value: object = None) -> Any:
    return JsonPatchOperation(op=op, path=path, value=value)


def title(value: object) -> Any:
    return operation("add", "/fields/System.Title", value)


@pytest.fixture
def items(devops: AzureDevOpsServer) -> None:
    world = devops.world
    world.repository(PROJECT, "exporter")
    world.add_work_item(PROJECT, "Bug", "It starts over", by=PRIYA, assigned=OWNER, id=10)
    world.add_work_item(PROJECT, "Task", "Write it down", by=PRIYA, assigned=PRIYA, id=11)
    world.add_work_item("Other", "User Story", "Elsewhere", by=OWNER, assigned=OWNER, id=12)
    world.change_work_item(12, {"System.State": "Closed", "System.Tags": "later; export"})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("[System.AssignedTo] = @Me", [10, 12]),
        ("[System.AssignedTo] = @me AND [System.State] <> 'Closed'", [10]),
        ("[System.State] IN ('New', 'Active') AND NOT [System.WorkItemType] = 'Bug'", [11]),
        ("[System.TeamProject] = @project", [10, 11]),
        ("[System.Title] CONTAINS 'ELSE' OR [System.Id] >= 11", [11, 12]),
        ("([System.Tags] CONTAINS 'export') AND [System.ChangedDate] >= @Today - 1", [12]),
        ("[System.State] NOT IN ('Closed')", [10, 11]),
        ("[System.AreaPath] UNDER 'Other'", [12]),
        ("[System.AssignedTo] = 'priya@larkfield.example'", [11]),
    ],
)
@pytest.mark.usefixtures("items")
def test_queries_are_understood(sdk: Sdk, where: str, found: list[int]) -> None:
    query = Wiql(query=f"SELECT [System.Id] FROM WorkItems WHERE {where} ORDER BY [System.Id]")
    answer = sdk.work.query_by_wiql(query, TeamContext(project=PROJECT))
    assert [one.id for one in answer.work_items] == found


@pytest.mark.usefixtures("items")
def test_queries_are_ordered_and_cut_off(sdk: Sdk) -> None:
    text = "Select [System.Id], [System.Title] From WorkItems Order By [System.Title] desc"
    answer = sdk.work.query_by_wiql(Wiql(query=text), top=2)
    assert [one.id for one in answer.work_items] == [11, 10]
    assert [column.reference_name for column in answer.columns] == ["System.Id", "System.Title"]


@pytest.mark.parametrize("text", ["SELECT", "SELECT [System.Id] FROM WorkItems WHERE [System.Id] LIKE 3"])
def test_a_query_that_is_none_is_refused(sdk: Sdk, text: str) -> None:
    with pytest.raises(AzureDevOpsServiceError, match="TF51006"):
        sdk.work.query_by_wiql(Wiql(query=text))


@pytest.mark.usefixtures("items")
def test_items_are_read_alone_and_together(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    one = sdk.work.get_work_item(10, expand="relations")
    assert one.fields["System.Title"] == "It starts over"
    assert one.fields["System.AssignedTo"]["uniqueName"] == OWNER
    request = WorkItemBatchGetRequest(ids=[10, 99], fields=["System.State"], error_policy="omit")
    known, missing = sdk.work.get_work_items_batch(request)
    assert (known.fields, missing) == ({"System.State": "New"}, None)
    assert [item.id for item in sdk.work.get_work_items([10, 11])] == [10, 11]
    with pytest.raises(AzureDevOpsServiceError, match="TF401232"):
        sdk.work.get_work_items([10, 99])


def test_an_item_is_created_from_a_patch_document(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    devops.world.repository(PROJECT, "exporter")
    document = [
        title("Page the operator"),
        operation("add", "/fields/System.AssignedTo", OWNER),
        operation("add", "/fields/System.Description", "When nothing is written."),
    ]
    made = sdk.work.create_work_item(document, PROJECT, "User Story")
    assert (made.rev, made.fields["System.WorkItemType"], made.fields["System.State"]) == (1, "User Story", "New")
    assert made.fields["System.CreatedBy"]["uniqueName"] == OWNER
    recorded = [(one.method, one.resource, one.state["title"]) for one in devops.record]
    assert recorded == [("workItems.create", str(made.id), "Page the operator")]


@pytest.mark.usefixtures("items")
def test_an_update_holds_only_for_the_revision_it_names(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    document = [operation("test", "/rev", 1), operation("add", "/fields/System.State", "active")]
    changed = sdk.work.update_work_item(document, 10)
    assert (changed.rev, changed.fields["System.State"]) == (2, "Active")
    with pytest.raises(AzureDevOpsServiceError) as refused:
        sdk.work.update_work_item([operation("test", "/rev", 1), title("Late")], 10)
    assert refused.value.type_key == "TestPatchOperationFailedException"
    assert sdk.work.get_work_item(10).fields["System.Title"] == "It starts over"
    updates = sdk.work.get_updates(10)
    assert updates[1].fields["System.State"].old_value == "New"
    assert [one.method for one in devops.record] == ["workItems.update"]


def test_an_item_is_linked_to_a_pull_request_once_and_let_go(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops)
    item = devops.world.add_work_item(PROJECT, "Bug", "It starts over")
    link = {"rel": "ArtifactLink", "url": pull.artifact, "attributes": {"name": "Pull Request"}}
    linked = sdk.work.update_work_item([operation("add", "/relations/-", link)], item.id)
    assert [one.url for one in linked.relations] == [pull.artifact]
    assert [one.id for one in sdk.git.get_pull_request_work_item_refs("exporter", pull.id, PROJECT)] == [str(item.id)]
    with pytest.raises(AzureDevOpsServiceError, match="Relation already exists"):
        sdk.work.update_work_item([operation("add", "/relations/-", link)], item.id)
    sdk.work.update_work_item([operation("remove", "/relations/0")], item.id)
    assert sdk.git.get_pull_request_work_item_refs("exporter", pull.id, PROJECT) == []


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ([], "VssPropertyValidationException"),
        ([operation("add", "/fields/System.State", "Nearly")], "RuleValidationException"),
        ([operation("add", "/fields/Custom.Nothing", "x")], "FieldNotFoundException"),
        ([operation("add", "/fields/System.AssignedTo", "nobody@nowhere.example")], "RuleValidationException"),
        ([operation("remove", "/fields/System.Title")], "RuleValidationException"),
        ([operation("add", "/fields/System.CreatedDate", "2020-01-01")], "RuleValidationException"),
        ([operation("remove", "/relations/4")], "WorkItemRelationNotFoundException"),
    ],
)
@pytest.mark.usefixtures("items")
def test_a_document_that_breaks_a_rule_changes_nothing(
    devops: AzureDevOpsServer, sdk: Sdk, document: list[Any], key: str
) -> None:
    with pytest.raises(AzureDevOpsServiceError) as refused:
        sdk.work.update_work_item([title("Changed"), *document] if document else document, 10)
    assert refused.value.type_key == key
    assert (devops.organisation.work.find(10).title, len(devops.record)) == ("It starts over", 0)


def test_an_unknown_type_is_not_created(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    devops.world.repository(PROJECT, "exporter")
    with pytest.raises(AzureDevOpsClientRequestError, match="VS402323"):
        sdk.work.create_work_item([title("x")], PROJECT, "Saga")


@pytest.mark.usefixtures("items")
def test_comments_are_said_listed_and_taken_back(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    made = sdk.work.add_comment(CommentCreate(text="On it."), PROJECT, 10)
    assert [one.text for one in sdk.work.get_comments(PROJECT, 10).comments] == ["On it."]
    assert sdk.work.get_work_item(10).fields["System.CommentCount"] == 1
    sdk.work.delete_comment(PROJECT, 10, made.id)
    assert sdk.work.get_comments(PROJECT, 10).total_count == 0
    assert [one.method for one in devops.record] == ["workItemComments.add", "workItemComments.delete"]


@pytest.mark.usefixtures("items")
def test_types_know_their_states(sdk: Sdk) -> None:
    assert "User Story" in [one.name for one in sdk.work.get_work_item_types(PROJECT)]
    states = sdk.work.get_work_item_type_states(PROJECT, "User Story")
    assert [(one.name, one.category) for one in states][:2] == [("New", "Proposed"), ("Active", "InProgress")]


@pytest.mark.usefixtures("items")
def test_a_deleted_item_is_gone(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    sdk.work.delete_work_item(10)
    with pytest.raises(AzureDevOpsServiceError, match="TF401232"):
        sdk.work.get_work_item(10)
