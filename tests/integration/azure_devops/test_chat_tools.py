"""The chat's tools for work, over the Monday household."""

from __future__ import annotations

import pytest

from application.chat.registry import Errand, Found, Registry
from domain.actions import Status
from domain.codec import Json
from domain.kinds import CastVote, ChangeWorkItem, Kind, Risk
from domain.privacy import Reader
from domain.work import Vote
from tests.integration.azure_devops.setting import Setting


def asked(setting: Setting, tool: str, **arguments: Json) -> Found:
    registry: Registry = setting.house.services.chat()._registry
    return registry.run(tool, arguments, Errand(("please",)), Reader.OWNER)


def test_which_pull_requests_wait_for_me(setting: Setting) -> None:
    found = asked(setting, "query_pull_requests", waiting=True)
    assert found.said == "3 pull requests waiting for you"
    assert found.lines[0].startswith("!418 ")
    assert "pipeline red" in found.lines[2]
    assert found.accounts == {"devops"}
    assert len(asked(setting, "query_pull_requests", mine=True).lines) == 2
    assert asked(setting, "query_pull_requests", query="parquet").said == "1 pull request open"


def test_one_is_meant_by_its_number_or_by_words_of_its_title(setting: Setting) -> None:
    for said in ("418", "!418", "page cursor"):
        assert asked(setting, "pull_request_details", pull_request=said).said.startswith("Pull request 418")
    missing = asked(setting, "pull_request_details", pull_request="99")
    assert missing.failed


def test_work_items_pipelines_and_code_are_told(setting: Setting) -> None:
    assert asked(setting, "query_work_items").said == "4 open work items of yours"
    failed = asked(setting, "query_pipelines", failed=True)
    assert failed.said == "2 runs that failed"
    assert "expected 48211 rows" in " ".join(failed.lines)
    assert asked(setting, "list_repositories").said == "2 repositories"
    assert "feature/2214-page-cursor" in " ".join(asked(setting, "list_branches", repository="exporter").lines)
    assert asked(setting, "list_commits", repository="exporter", branch="feature/2214-page-cursor").lines
    assert asked(setting, "list_commits").failed


@pytest.mark.parametrize(
    ("tool", "arguments", "kind"),
    [
        ("vote_on_pull_request", {"pull_request": "418"}, Kind.VOTE_PULL_REQUEST),
        ("comment_on_pull_request", {"pull_request": "418", "text": "Fine."}, Kind.COMMENT_PULL_REQUEST),
        ("link_work_item", {"pull_request": "418", "work_item": 2231}, Kind.LINK_WORK_ITEM),
        ("create_work_item", {"title": "Page us"}, Kind.CREATE_WORK_ITEM),
        ("update_work_item", {"work_item": "2226", "state": "Closed"}, Kind.UPDATE_WORK_ITEM),
        ("rerun_pipeline", {"pipeline": "exporter-nightly"}, Kind.RERUN_PIPELINE),
    ],
)
def test_whatever_others_see_waits_for_the_owner_and_is_then_done(
    setting: Setting, tool: str, arguments: dict[str, Json], kind: Kind
) -> None:
    (action,) = asked(setting, tool, **arguments).actions
    assert (action.kind, action.status, action.risk) == (kind, Status.PROPOSED, Risk.APPROVAL)
    assert len(setting.server.record) == 0
    done = setting.house.services.actions.approve(action.id, action.digest)
    assert (done.status, len(setting.server.record)) == (Status.EXECUTED, 1)


def test_a_vote_and_a_change_say_what_was_asked_for(setting: Setting) -> None:
    (vote,) = asked(setting, "vote_on_pull_request", pull_request="parquet", vote="wait").actions
    assert vote.payload == CastVote(Vote.WAIT)
    (change,) = asked(setting, "update_work_item", work_item="section 3", assigned_to="me").actions
    assert change.payload == ChangeWorkItem(assigned_to=setting.works.me.address)
    assert asked(setting, "update_work_item", work_item="2226").failed
