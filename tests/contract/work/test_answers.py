"""What is read of the vendor's answers is what its own library makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.azure_devops.answers import read_as, read_by
from adapters.azure_devops.api import Access, Clients, T, WritingDevOps
from adapters.azure_devops.deed import Deed
from adapters.azure_devops.forms import Owner
from adapters.azure_devops.items import Creating
from adapters.azure_devops.keys import PatKey
from adapters.azure_devops.reviewing import Remarking
from adapters.connecting.patience import Unsettled
from domain.actions import Action
from domain.errors import OutcomeUnknown
from domain.kinds import Kind, NewRemark, NewWorkItem
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.sandbox_azure_devops.asking import OWNER, PROJECT, Sdk, waiting_pull
from tests.contract.work.orders import an_action


@pytest.fixture
def sdk(devops: AzureDevOpsServer) -> Iterator[Sdk]:
    with Sdk(devops, devops.pat(OWNER, name="Jo Merriweather")) as client:
        yield client


def ask_for_everything(sdk: Sdk) -> None:
    """Ask what Alfred asks."""
    from azure.devops.v7_1.git.models import GitPullRequestSearchCriteria
    from azure.devops.v7_1.work_item_tracking.models import Wiql, WorkItemBatchGetRequest

    [pull] = sdk.git.get_pull_requests_by_project(PROJECT, GitPullRequestSearchCriteria(status="active"))
    place = (pull.repository.id, pull.pull_request_id, pull.repository.project.id)
    [build, *_] = sdk.build.get_builds(PROJECT, branch_name=f"refs/pull/{pull.pull_request_id}/merge")
    items = sdk.work.query_by_wiql(Wiql(query="SELECT [System.Id] FROM WorkItems")).work_items
    batch = WorkItemBatchGetRequest(ids=[each.id for each in items], error_policy="omit", expand="links")
    sdk.git.get_pull_request_by_id(place[1])
    sdk.git.get_pull_request_iterations(*place)
    sdk.git.get_pull_request_commits(*place)
    sdk.git.get_threads(*place)
    sdk.git.get_pull_request_work_item_refs(*place)
    sdk.git.get_repositories()
    sdk.git.get_branches(place[0], place[2])
    sdk.policy.get_policy_evaluations(place[2], f"vstfs:///CodeReview/CodeReviewId/{place[2]}/{place[1]}")
    sdk.build.get_build_timeline(place[2], build.id)
    sdk.work.get_work_items_batch(batch)
    sdk.work.get_work_item_type_states(PROJECT, "Bug")
    sdk.core.get_projects()
    sdk.core.get_all_teams(mine=True)
    sdk.location.get_connection_data()


def read_both_ways(client: Any, name: str, pairs: list[tuple[Any, Any]]) -> None:
    """Note each answer as it is read, and as the library makes a model of it."""
    made = client._deserialize
    read = read_by(client, import_module(f"azure.devops.v7_1.{name}.models"))._deserialize

    def both(kind: str, answer: Any) -> Any:
        pairs.append((read(kind, answer), made(kind, answer)))
        return pairs[-1][1]

    client._deserialize = both


def same(read: Any, made: Any) -> None:
    """Look at all that the library has a name for."""
    if isinstance(made, list):
        assert len(read) == len(made)
        for one, other in zip(read, made, strict=True):
            same(one, other)
    elif hasattr(made, "_attribute_map"):
        for name in made._attribute_map:
            same(getattr(read, name), getattr(made, name))
    else:
        assert read == made


def test_answers_are_read_as_the_library_makes_them(devops: AzureDevOpsServer, sdk: Sdk) -> None:
    pull = waiting_pull(devops, description="d" * 500)
    devops.world.comment(pull, OWNER, "Is this closed in the end?")
    devops.world.fail_build(pull)
    devops.world.link(pull, devops.world.add_work_item(PROJECT, "Bug", "It pages twice", assigned=OWNER).id)
    devops.world.team(PROJECT, "Exporters", [OWNER])
    pairs: list[tuple[Any, Any]] = []
    clients = {each: getattr(sdk, each) for each in ("git", "build", "policy", "core", "location")}
    for name, client in {**clients, "work_item_tracking": sdk.work}.items():
        read_both_ways(client, name, pairs)
    ask_for_everything(sdk)
    assert [made for _, made in pairs if not made] == []
    for read, made in pairs:
        same(read, made)


@pytest.mark.parametrize(
    ("kind", "told"),
    [("[Build]", {"value": 1}), ("Build", ["x"]), ("Build", "x"), ("iso-8601", "soon"), ("int", "few")],
)
def test_what_is_of_another_kind_is_refused(kind: str, told: object) -> None:
    from azure.devops.v7_1.build import models

    with pytest.raises(ValueError, match=r"not a|[Ii]nvalid"):
        read_as(kind, told, models)


def test_what_is_wrong_within_an_answer_is_trouble_that_passes() -> None:
    from azure.devops.v7_1.build import models

    build = read_as("Build", {"queueTime": "soon", "definition": 7}, models)
    for name in ("queue_time", "definition"):
        with pytest.raises(Unsettled):
            getattr(build, name)
    with pytest.raises(AttributeError):
        _ = build.nothing_of_the_kind


class Muddled(WritingDevOps):
    """An organisation that does what it is asked to, and answers with a number that is none."""

    def __init__(self) -> None:
        super().__init__(Access("devops", "https://devops.example", PatKey("secret")))

    def _call(self, call: Callable[[Clients], T]) -> T:
        from azure.devops.v7_1.git import models as git
        from azure.devops.v7_1.work_item_tracking import models as items

        place = {"id": "r", "project": {"id": "p"}}
        pull = {"status": "active", "pullRequestId": 7, "repository": place}
        clients: Any = SimpleNamespace(
            git=SimpleNamespace(
                get_pull_request_by_id=lambda _: read_as("GitPullRequest", pull, git),
                create_thread=lambda *_: read_as("GitPullRequestCommentThread", {"id": "few"}, git),
            ),
            work_item_tracking=SimpleNamespace(create_work_item=lambda *_: read_as("WorkItem", {"id": "few"}, items)),
        )
        return call(clients)


JO = Owner("devops", "1", "Jo Merriweather", OWNER)
NEW_ITEM = NewWorkItem("It pages twice", project=PROJECT, type="Bug")


@pytest.mark.parametrize(
    ("deed", "action"),
    [
        (Remarking(Muddled(), JO), an_action(Kind.COMMENT_PULL_REQUEST, "devops:pr-7", NewRemark("Is it right?"))),
        (Creating(Muddled(), JO, ()), an_action(Kind.CREATE_WORK_ITEM, "", NEW_ITEM)),
    ],
)
def test_what_was_written_and_is_answered_wrongly_is_not_written_again(deed: Deed, action: Action) -> None:
    with pytest.raises(OutcomeUnknown):
        deed.execute(action, "alfred-1")
