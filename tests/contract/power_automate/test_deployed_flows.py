"""The flows that an owner installs, held against what Alfred sends them and where they post."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from adapters.power_automate.executor import FlowExecutor
from adapters.power_automate.flows import Flows
from adapters.power_automate.hooks import MailHook, TeamsHook
from adapters.power_automate.mails import MailMapper
from adapters.power_automate.posts import PostMapper
from adapters.power_automate.sources import PostedMail, PostedTeams, Search
from domain.codec import Json
from domain.kinds import OUTGOING, Kind
from domain.messages import Address, id_by_message_id
from tests.contract.executor.orders import an_action
from tests.contract.power_automate.setting import NOON
from tests.contract.power_automate.test_executor import MAIL

FOLDER = Path(__file__).parents[3] / "deploy" / "power_automate"
FILES = sorted(FOLDER.glob("*.json"))
ACTING = (Kind.ARCHIVE, Kind.DELETE, Kind.REPLY, Kind.SEND)


class Listening(Flows):
    """Writes down what would be sent."""

    def __init__(self) -> None:
        super().__init__("gmail")
        self.heard: list[Mapping[str, Json]] = []

    def ask(self, url: str, body: Mapping[str, Json]) -> Json:
        self.heard.append(body)
        return {"value": []}

    def start(self, url: str, body: Mapping[str, Json], request_id: str) -> Json:
        self.heard.append({**body, "requestId": request_id})
        return {}


def definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())["properties"]["definition"]
    return found


def fits(name: str, body: Mapping[str, Json]) -> None:
    """Fail where a flow would refuse a body, or pass over a part of it."""
    schema = definition(name)["triggers"]["manual"]["inputs"]["schema"]
    Draft202012Validator({**schema, "additionalProperties": False}).validate(body)


@pytest.mark.parametrize("kind", ACTING)
def test_each_acting_flow_takes_what_alfred_sends(kind: Kind) -> None:
    flows = Listening()
    executor = FlowExecutor("gmail", flows, dict.fromkeys(ACTING, "https://flow.example/"))
    action = an_action(kind, id_by_message_id("m@example.org"), MAIL if kind in OUTGOING else None)
    executor.execute(action, "a1")
    if kind not in OUTGOING:
        executor.undo(action, {})
    assert len(flows.heard) == (1 if kind in OUTGOING else 2)
    for body in flows.heard:
        fits(f"alfred-{kind.value}", body)


def test_the_search_flow_takes_what_alfred_asks() -> None:
    flows = Listening()
    mapper = MailMapper("gmail", timedelta(hours=1))
    source = PostedMail(mapper, Search(flows, "https://flow.example/", lambda: NOON))
    asked = [*source.latest(5), *source.search("x", 5), *source.history(NOON - timedelta(days=7), NOON, None)]
    assert len(asked) == len(flows.heard) == 3
    for body in flows.heard:
        fits("alfred-search", body)


def test_the_flow_that_searches_teams_takes_what_alfred_asks_and_answers_with_messages() -> None:
    flows = Listening()
    mapper = PostMapper("office", Address("", "jo@example.org"), "", timedelta(hours=1))
    list(PostedTeams(mapper, Search(flows, "https://flow.example/", lambda: NOON)).search("x", 5))
    (body,) = flows.heard
    fits("alfred-search-teams", body)
    actions = definition("alfred-search-teams")["actions"]
    assert actions["Those_that_hold_it"]["inputs"]["from"] == "@outputs('Get_messages')?['body/value']"
    assert "body('Those_that_hold_it')" in actions["Response"]["inputs"]["body"]["value"]


@pytest.mark.parametrize(("name", "hook"), [("alfred-post-mail", MailHook), ("alfred-post-teams", TeamsHook)])
def test_each_posting_flow_posts_where_alfred_listens(name: str, hook: type[MailHook | TeamsHook]) -> None:
    post = definition(name)["actions"]["Post_to_Alfred"]["inputs"]
    assert post["uri"] == f"https://alfred.example.com{hook.path}"
    assert "X-Alfred-Token" in post["headers"]


@pytest.mark.parametrize("name", ["alfred-reply", "alfred-send"])
def test_no_flow_sends_twice_by_itself(name: str) -> None:
    sending = [text for text in _actions(definition(name)) if "To" in str(text["inputs"].get("parameters"))]
    assert [one["inputs"]["retryPolicy"] for one in sending] == [{"type": "none"}]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_action_follows_one_that_there_is(file: Path) -> None:
    for actions in _levels(definition(file.stem)):
        assert {before for each in actions.values() for before in each.get("runAfter", {})} <= set(actions)


def _levels(of: dict[str, Any]) -> list[dict[str, Any]]:
    actions = of.get("actions", {})
    inner = [level for each in actions.values() for part in (each, each.get("else", {})) for level in _levels(part)]
    return [actions, *inner]


def _actions(of: dict[str, Any]) -> list[dict[str, Any]]:
    found = [each for level in _levels(of) for each in level.values()]
    return [each for each in found if isinstance(each.get("inputs"), dict)]
