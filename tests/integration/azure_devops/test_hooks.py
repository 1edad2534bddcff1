"""What Azure DevOps posts: a hint, however often it comes, that has the source read again."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from adapters.azure_devops.hooks import ServiceHook
from adapters.memory.work import MemoryWorks
from application.ports.hooks import Hook
from domain.errors import Invalid
from domain.work import Person
from sandbox.azure_devops import hook_forms
from tests.contract.sandbox_azure_devops.asking import events
from tests.integration.api.house import House, with_web
from tests.integration.azure_devops.setting import PASSWORD, PULLS, Setting
from web.api.app import create_app

PATH = "/hooks/azure-devops"
HERE = "http://127.0.0.1:8420"
# As the vendor published them under the Apache License 2.0, which lies beside them; the bad ones were made for a test.
SAMPLES = Path(__file__).parent / "samples"
OPTIONAL = ["id", "subscriptionId", "notificationId", "publisherId", "message", "detailedMessage", "resourceVersion"]
OPTIONAL += ["resourceContainers", "createdDate"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def hook(setting: Setting) -> Hook:
    (found,) = setting.house.services.hooks.at(PATH)
    return found


def posted(house: House, body: bytes, password: str = PASSWORD, base: str = HERE) -> tuple[int, dict[str, object]]:
    with TestClient(create_app(house.services), base_url=base, client=("127.0.0.1", 50_000)) as client:
        answer = client.post(PATH, content=body, headers=signed(password))
    return answer.status_code, answer.json()


def signed(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'anybody:{password}'.encode()).decode()}"}


def created(setting: Setting) -> bytes:
    pull, world = setting.works.pull_request("page-cursor"), setting.server.world
    made = world.open_pull(
        world.repository(pull.project, "exporter"), "feature/9-x", "Count pages", {"/a.py": "x = 1\n"},
        by=pull.creator.address, reviewers=[setting.works.me.address],
    )  # fmt: skip
    return json.dumps(hook_forms.pull_created(setting.server.organization_url, made)).encode()


def test_a_hundred_deliveries_of_one_event_are_one_change(setting: Setting) -> None:
    setting.poll()
    body, hooks = created(setting), setting.house.services.hooks
    assert [posted(setting.house, body)[1]["accepted"] for _ in range(3)] == [1, 0, 0]
    (hook,) = hooks.at(PATH)
    assert sum(hooks.receive(hook, body) for _ in range(97)) == 0
    hooks.read_woken()
    titles = [each.pull.title for each in setting.house.services.work.reviews() if each.waits]
    assert titles.count("Count pages") == 1
    told = [each.ref for each in setting.house.store.feed.after(0, 10_000) if each.topic == "notification"]
    assert len(told) == 1


def test_what_a_post_says_is_asked_for_again(setting: Setting) -> None:
    setting.poll()
    event = json.loads(created(setting))
    event["resource"] |= {"title": "Approve me at once", "pullRequestId": 4711, "status": "completed"}
    setting.house.services.hooks.receive(setting.house.services.hooks.at(PATH)[0], json.dumps(event).encode())
    setting.house.services.hooks.read_woken()
    titles = {each.pull.title for each in setting.house.services.work.reviews()}
    assert ("Count pages" in titles, "Approve me at once" in titles) == (True, False)


@pytest.mark.parametrize(
    ("kind", "wakes"),
    [
        ("git.pullrequest.created", (PULLS,)),
        ("git.pullrequest.updated", (PULLS,)),
        ("git.pullrequest.merged", (PULLS,)),
        ("git.pullrequest.commented", (PULLS,)),
        ("ms.vss-code.git-pullrequest-comment-event", (PULLS,)),
        ("build.complete", ("devops/pipelines", PULLS)),
        ("ms.vss-pipelines.run-state-changed-event", ("devops/pipelines", PULLS)),
        ("workitem.created", ("devops/work-items",)),
        ("workitem.updated", ("devops/work-items",)),
        ("workitem.commented", ("devops/work-items",)),
    ],
)
def test_each_kind_of_event_wakes_what_it_is_about(hook: Hook, kind: str, wakes: tuple[str, ...]) -> None:
    (delivery,) = hook.read(json.dumps({"eventType": kind}).encode())
    assert (delivery.wake, delivery.messages, delivery.note) == (wakes, (), "")


def test_an_unknown_kind_is_noted_and_no_error(setting: Setting) -> None:
    status, answer = posted(setting.house, b'{"id": "1", "eventType": "tfvc.checkin"}')
    assert (status, answer) == (202, {"accepted": 1})


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"no json", "body"),
        (b"[1]", "body"),
        (b"[" * 100_000, "body"),
        (b"\xff\xfe\x00", "body"),
        (b'{"subscriptionId": "0"}', "eventType"),
        (b'{"eventType": 7}', "eventType"),
        (b'{"eventType": "build.complete", "resource": "x"}', "resource"),
    ],
)
def test_a_bad_post_is_refused_with_the_place(setting: Setting, hook: Hook, body: bytes, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        hook.read(body)
    assert refused.value.where == where
    assert posted(setting.house, body)[0] == 422


def test_only_the_agreed_password_opens(setting: Setting, hook: Hook) -> None:
    assert posted(setting.house, b'{"eventType": "x"}', password="another")[0] == 401
    assert [hook.is_authentic({"authorization": told}, b"") for told in ("", "Basic", "Basic !", "Bearer x")] == [
        False
    ] * 4


def test_a_password_that_might_be_guessed_waits_at_the_door_that_wrong_ones_closed(setting: Setting) -> None:
    body = b'{"eventType": "x"}'
    passwords = [PASSWORD, *(f"hook {number}" for number in range(6)), PASSWORD]
    with TestClient(create_app(setting.house.services), base_url=HERE, client=("127.0.0.1", 50_000)) as client:
        told = [client.post(PATH, content=body, headers=signed(each)).status_code for each in passwords]
        assert told == [202, *[401] * 5, 429, 429]
        setting.house.clock.advance(timedelta(seconds=3))
        assert client.post(PATH, content=body, headers=signed(PASSWORD)).status_code == 202


def test_over_the_network_it_is_read_by_tls_alone(setting: Setting) -> None:
    abroad = with_web(setting.house, lambda web: replace(web, allowed_hosts=("alfred.example",)))
    status, answer = posted(abroad, b'{"eventType": "x"}', base="http://alfred.example")
    assert (status, answer["code"]) == (403, "needs_tls")
    assert posted(abroad, b'{"eventType": "x"}', base="https://alfred.example") == (202, {"accepted": 1})


def test_one_event_of_each_kind_is_taken_whole_and_followed_up(setting: Setting) -> None:
    setting.poll()
    told = events(setting.server, setting.works.me.address)
    assert [posted(setting.house, json.dumps(each).encode()) for each in told.values()] == [(202, {"accepted": 1})] * 9
    setting.house.services.hooks.read_woken()
    assert "Starts over" in {each.title for each in setting.house.services.work.work_items()}


@pytest.mark.parametrize("name", [*OPTIONAL, "resource"])
@pytest.mark.parametrize("is_null", [False, True], ids=["left out", "null"])
def test_every_field_but_the_kind_may_be_missing(setting: Setting, hook: Hook, name: str, *, is_null: bool) -> None:
    for kind, whole in events(setting.server).items():
        event = whole | {name: None} if is_null else {key: value for key, value in whole.items() if key != name}
        (delivery,) = hook.read(json.dumps(event).encode())
        assert (delivery.note, bool(delivery.wake)) == ("", True), kind


@given(name=st.sampled_from(OPTIONAL), value=ANYTHING)
def test_whatever_stands_in_a_field_that_is_not_read_an_event_wakes(name: str, value: object) -> None:
    works = MemoryWorks("devops", Person("me", "Jo"))
    event = {"eventType": "build.complete", "resource": {"id": 1}, name: value}
    (delivery,) = ServiceHook(works, lambda: PASSWORD).read(json.dumps(event).encode())
    assert delivery.wake == (works.runs, works.pull_requests)
    assert 0 < len(delivery.event_id) <= 201


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("build.complete.json", 202),
        ("git.pullrequest.created.json", 202),
        ("git.pullrequest.updated.json", 202),
        ("git.push.json", 202),
        ("bad.noEventType.json", 422),
        ("bad.notMappedEventType.json", 202),
    ],
)
def test_the_vendors_samples_are_taken(setting: Setting, name: str, status: int) -> None:
    assert posted(setting.house, (SAMPLES / name).read_bytes())[0] == status
