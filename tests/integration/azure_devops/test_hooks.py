"""What Azure DevOps posts: a hint, however often it comes, that has the source read again."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from application.ports.hooks import Hook
from domain.errors import Invalid
from sandbox.azure_devops import hook_forms
from tests.integration.azure_devops.setting import PASSWORD, PULLS, Setting
from web.api.app import create_app

PATH = "/hooks/azure-devops"
DATA = Path(os.environ.get("ALFRED_CORPUS") or Path(__file__).parents[4] / "shared" / "data") / "api" / "azure-devops"
HERE = "http://127.0.0.1:8420"


@pytest.fixture
def hook(setting: Setting) -> Hook:
    (found,) = setting.house.services.hooks.at(PATH)
    return found


def posted(setting: Setting, body: bytes, password: str = PASSWORD, base: str = HERE) -> tuple[int, dict[str, object]]:
    basic = base64.b64encode(f"anybody:{password}".encode()).decode()
    with TestClient(create_app(setting.house.services), base_url=base, client=("127.0.0.1", 50_000)) as client:
        answer = client.post(PATH, content=body, headers={"Authorization": f"Basic {basic}"})
    return answer.status_code, answer.json()


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
    assert [posted(setting, body)[1]["accepted"] for _ in range(3)] == [1, 0, 0]
    (hook,) = hooks.at(PATH)
    assert sum(hooks.receive(hook, body) for _ in range(97)) == 0
    hooks.follow_up()
    titles = [each.pull.title for each in setting.house.services.work.reviews() if each.waits]
    assert titles.count("Count pages") == 1
    told = [each.ref for each in setting.house.store.feed.after(0, 10_000) if each.topic == "notification"]
    assert len(told) == 1


def test_what_a_post_says_is_asked_for_again(setting: Setting) -> None:
    setting.poll()
    event = json.loads(created(setting))
    event["resource"] |= {"title": "Approve me at once", "pullRequestId": 4711, "status": "completed"}
    setting.house.services.hooks.receive(setting.house.services.hooks.at(PATH)[0], json.dumps(event).encode())
    setting.house.services.hooks.follow_up()
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
    status, answer = posted(setting, b'{"id": "1", "eventType": "tfvc.checkin"}')
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
    assert posted(setting, body)[0] == 422


def test_only_the_agreed_password_opens(setting: Setting, hook: Hook) -> None:
    assert posted(setting, b'{"eventType": "x"}', password="another")[0] == 401
    assert [hook.is_authentic({"authorization": told}, b"") for told in ("", "Basic", "Basic !", "Bearer x")] == [
        False
    ] * 4


def test_over_the_network_it_is_read_by_tls_alone(setting: Setting) -> None:
    body = b'{"eventType": "x"}'
    assert posted(setting, body, base="http://alfred.example")[0] in (400, 403, 421)


@pytest.mark.skipif(not DATA.is_dir(), reason="the vendor's samples are not at hand")
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
    assert posted(setting, (DATA / name).read_bytes())[0] == status
