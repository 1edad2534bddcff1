"""Propose, approve, edit, reject, retry, take back: what the owner does over HTTP, and what was really done."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from application.acting.drafting import Proposal
from domain.actions import Origin
from domain.errors import TryLater
from domain.kinds import Kind
from tests.integration.api.client import Client
from tests.integration.api.house import House

REPLY = {"text": "Gladly."}


def proposed(client: Client, house: House, kind: str = "archive", **arguments: object) -> dict[str, Any]:
    form = {"kind": kind, "target": house.deliver(), "arguments": arguments}
    action: dict[str, Any] = client.post("/api/actions", form)
    return action


def approve(client: Client, action: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"/api/actions/{action['id']}/approve", {"digest": action["digest"]})
    return answer


def test_an_approval_answers_with_the_state_after_execution(house: House, client: Client) -> None:
    action = proposed(client, house)
    assert (action["status"], action["risk"], action["origin"]) == ("proposed", "approval", "owner")
    done = approve(client, action)
    assert done["status"] == "executed"
    assert [event["type"] for event in done["events"]] == ["proposed", "approved", "started", "prepared", "executed"]
    assert [event["actor"] for event in done["events"]][:2] == ["owner:test", "owner:test"]
    assert house.executor.done == [("archive", action["target"].partition(":")[2])]


def test_an_action_says_whether_somebody_else_may_notice(house: House, client: Client) -> None:
    judged = ("reaches_others", "must_be_read", "may_go_together")
    archive, reply = proposed(client, house), proposed(client, house, "reply", **REPLY)
    assert [archive[each] for each in judged] == [False, False, True]
    assert [reply[each] for each in judged] == [True, True, False]


def test_a_second_approval_is_refused_and_does_nothing(house: House, client: Client) -> None:
    action = proposed(client, house)
    approve(client, action)
    path = f"/api/actions/{action['id']}/approve"
    assert client.refused("POST", path, {"digest": action["digest"]}) == (409, "not_proposed")
    assert len(house.executor.done) == 1


def test_two_approvals_at_once_execute_once(house: House, client: Client) -> None:
    action = proposed(client, house)
    answers: list[int] = []
    path, form = f"/api/actions/{action['id']}/approve", {"digest": action["digest"]}
    threads = [
        threading.Thread(target=lambda: answers.append(client.call("POST", path, form).status_code)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7
    assert len(house.executor.done) == 1


def test_what_was_shown_is_what_is_approved(house: House, client: Client) -> None:
    action = proposed(client, house, "reply", **REPLY)
    edited = client.post(f"/api/actions/{action['id']}/edit", {"arguments": {"text": "With pleasure."}})
    assert edited["digest"] != action["digest"]
    assert edited["outgoing"]["text"].strip() == "With pleasure."
    path = f"/api/actions/{action['id']}/approve"
    assert client.refused("POST", path, {"digest": action["digest"]}) == (409, "stale_digest")
    assert house.executor.done == []
    assert approve(client, edited)["status"] == "executed"


def test_a_rejected_action_is_done_with(house: House, client: Client) -> None:
    action = proposed(client, house)
    rejected = client.post(f"/api/actions/{action['id']}/reject", {"reason": "not this one"})
    assert (rejected["status"], rejected["error"]) == ("rejected", "not this one")
    path = f"/api/actions/{action['id']}"
    assert client.refused("POST", f"{path}/approve", {"digest": action["digest"]}) == (409, "not_proposed")
    assert client.refused("POST", f"{path}/edit", {"arguments": {}}) == (409, "not_proposed")
    assert client.refused("POST", f"{path}/retry") == (409, "not_approved")
    assert client.refused("POST", f"{path}/rollback") == (409, "cannot_undo")


def test_what_was_taken_back_is_not_retried_and_that_is_said_in_words(house: House, client: Client) -> None:
    action = client.post("/api/actions", {"kind": "archive", "target": house.deliver(), "arguments": {}})
    approve(client, action)
    client.post(f"/api/actions/{action['id']}/rollback")
    refused = client.call("POST", f"/api/actions/{action['id']}/retry")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "the action is taken back; only an approved one is retried",
    )


def test_a_failed_attempt_is_tried_again(house: House, client: Client) -> None:
    action = proposed(client, house)
    house.executor.fail_next(TryLater("the provider is busy"))
    failed = approve(client, action)
    assert (failed["status"], failed["error_code"]) == ("approved", "try_later")
    assert client.post(f"/api/actions/{action['id']}/retry")["status"] == "executed"
    assert len(house.executor.done) == 1


def test_an_executed_action_is_taken_back(house: House, client: Client) -> None:
    action = proposed(client, house)
    assert approve(client, action)["undo"]["possible"]
    undoing = client.post(f"/api/actions/{action['id']}/rollback")
    assert (undoing["undoes"], undoing["status"]) == (action["id"], "executed")
    after = client.get(f"/api/actions/{action['id']}")
    assert (after["status"], after["undone_by"]) == ("rolled_back", undoing["id"])
    assert "inbox" in client.get(f"/api/messages/{action['target']}")["labels"]


def test_what_the_owner_deleted_for_good_is_not_offered_to_be_taken_back(house: House, client: Client) -> None:
    action = proposed(client, house)
    assert approve(client, action)["undo"]["possible"]
    house.services.store.messages.remove([action["target"]], house.clock.now())
    assert client.get(f"/api/actions/{action['id']}")["undo"] == {"possible": False, "until": None}
    assert client.refused("POST", f"/api/actions/{action['id']}/rollback") == (409, "cannot_undo")


@pytest.mark.parametrize(("kind", "days"), [("archive", None), ("delete", 30)])
def test_until_when_it_can_be_taken_back_is_said_where_that_ends(
    house: House, client: Client, kind: str, days: int | None
) -> None:
    action = client.post("/api/actions", {"kind": kind, "target": house.deliver(), "arguments": {}})
    assert action["undo"] == {"possible": False, "until": None}
    undo, now = approve(client, action)["undo"], house.clock.now()
    until = undo["until"] and datetime.fromisoformat(undo["until"])
    assert (undo["possible"], until) == (True, days and now + timedelta(days=days))


def test_nothing_is_executed_while_halted(house: House, client: Client) -> None:
    action = proposed(client, house)
    assert client.post("/api/halt")["halted"]
    path = f"/api/actions/{action['id']}/approve"
    assert client.refused("POST", path, {"digest": action["digest"]}) == (409, "halted")
    assert client.get("/api/status")["halt"]["halted"]
    assert house.executor.done == []
    client.post("/api/resume")
    assert approve(client, action)["status"] == "executed"


def test_each_item_of_a_batch_is_judged_by_itself(house: House, client: Client) -> None:
    good, stale = proposed(client, house), proposed(client, house)
    items = [
        {"id": stale["id"], "digest": good["digest"]},
        {"id": "nothing", "digest": ""},
        {"id": good["id"], "digest": good["digest"]},
    ]
    outcome = client.post("/api/actions/approve", {"items": items})["items"]
    assert [(each["id"], each["status"], each["code"]) for each in outcome] == [
        (stale["id"], 409, "stale_digest"),
        ("nothing", 404, "not_found"),
        (good["id"], 200, None),
    ]
    assert outcome[2]["action"]["status"] == "executed"
    assert len(house.executor.done) == 1


def test_all_that_one_rule_did_is_taken_back(house: House, client: Client) -> None:
    began = house.clock.now()
    for rule in ("Mine", "Mine", "Other"):
        proposal = Proposal(Kind.ARCHIVE, house.deliver(), origin=Origin.RULE, rule=rule)
        action = house.services.actions.propose(proposal, "alfred")
        house.services.actions.approve(action.id, action.digest)
    outcome = client.post("/api/actions/rollback", {"rule": "Mine", "since": began.isoformat()})["items"]
    assert [each["status"] for each in outcome] == [200, 200]
    assert len(client.get("/api/actions", status="rolled_back")["items"]) == 2
    assert [each["rule"] for each in client.get("/api/actions", status="executed", origin="rule")["items"]] == ["Other"]


def test_the_log_is_listed_by_status_and_in_pages(house: House, client: Client) -> None:
    made = [proposed(client, house)["id"] for _ in range(3)]
    approve(client, client.get(f"/api/actions/{made[0]}"))
    waiting = client.get("/api/actions", status="proposed", limit=1)
    rest = client.get("/api/actions", status="proposed", limit=1, cursor=waiting["next_cursor"])
    assert [each["id"] for each in waiting["items"] + rest["items"]] == [made[2], made[1]]
    assert client.get("/api/status")["waiting"] == 2


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"kind": "explode", "target": "", "arguments": {}}, (409, "unknown_kind")),
        ({"kind": "create_event", "target": "", "arguments": {}}, (409, "no_executor")),
        ({"kind": "send", "account": "home", "arguments": {"to": ["nobody"], "subject": "x"}}, (422, "invalid")),
        ({"kind": "send", "account": "home", "arguments": {"subject": "x"}}, (422, "invalid")),
        ({"kind": "archive", "target": "home:x", "account": "nobody", "arguments": {}}, (404, "not_found")),
        ({"kind": "create_task", "arguments": {"extra": 1}}, (422, "invalid")),
        ({"kind": "archive"}, (422, "invalid")),
        ([], (422, "invalid")),
    ],
)
def test_what_cannot_be_proposed_says_why(client: Client, form: object, problem: tuple[int, str]) -> None:
    assert client.refused("POST", "/api/actions", form) == problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", (422, "invalid")),
        (b'{"kind": "\\ud800", "arguments": {}}', (422, "invalid")),
        (b"[" * 100_000, (422, "invalid")),
        (b'{"kind": NaN, "arguments": {}}', (422, "invalid")),
        (b" " * (2 * 1024 * 1024 + 1), (413, "too_large")),
    ],
)
def test_a_body_that_is_no_json_is_refused(client: Client, content: bytes, problem: tuple[int, str]) -> None:
    assert client.refused("POST", "/api/actions", content=content) == problem


def test_another_media_type_is_refused(client: Client) -> None:
    plain = {"Content-Type": "text/plain"}
    assert client.refused("POST", "/api/actions", content=b"{}", headers=plain) == (415, "not_json")


def test_what_failed_for_want_of_a_permission_says_which_to_ask_for(house: House, client: Client) -> None:
    action = proposed(client, house)
    house.executor._granted = frozenset()
    assert approve(client, action)["missing"] == ["archive mail"]
    house.executor._granted = house.executor.kinds
    assert client.post(f"/api/actions/{action['id']}/retry", {})["missing"] == []


def test_what_needs_the_owner_is_what_did_not_work_and_then_what_is_proposed(house: House, client: Client) -> None:
    failed, done, waits = (proposed(client, house) for _ in range(3))
    house.executor._granted = frozenset()
    approve(client, failed)
    house.executor._granted = house.executor.kinds
    approve(client, done)
    listed = client.get("/api/actions", needs_owner=True, limit=1)
    assert [each["id"] for each in listed["items"]] == [failed["id"], waits["id"]]
