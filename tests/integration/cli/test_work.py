"""The review queue in the terminal, from an event at Azure DevOps to the vote in its record, and back."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import httpx

from tests.integration.cli.conftest import PATIENCE, Demo

OWNER = "jo.merriweather@larkfield.example"


def record(demo: Demo) -> list[dict[str, Any]]:
    """What was really done at the make-believe Azure DevOps."""
    lines = (demo.home / "sandbox-record-devops.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def card(demo: Demo, target: str) -> dict[str, Any]:
    """The vote that is offered on a pull request, as soon as it is."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        proposed = demo("actions", "--status", "proposed", "--limit", "200", "--json").items
        found = [each for each in proposed if (each["kind"], each["target"]) == ("vote_pull_request", target)]
        if found:
            return found[0]
    raise AssertionError(f"nothing was offered on {target}: {demo('prs').out}")


def test_the_queue_begins_with_what_can_be_done_at_once(demo: Demo) -> None:
    queue = demo("prs", "--waiting", "--json").items
    assert [each["pull"]["title"] for each in queue] == [
        "Keep the page cursor when a table is locked", "Use the newer retry library", "Write Parquet beside CSV"
    ]  # fmt: skip
    shown = demo("prs", "418").out
    assert "Linked: #2214" in shown
    assert "alfred approve" in shown
    assert "Use the newer retry library" in demo("prs").out
    assert demo("prs", "99").code == 1


def test_work_items_and_pipelines_are_listed(demo: Demo) -> None:
    mine = demo("work-items", "--mine", "--json").items
    assert mine[0]["title"] == "Nobody is told when an export writes no rows"
    assert "P1 Nobody is told" in demo("work-items").out
    failed = demo("pipelines", "--failed", "--json").items
    assert {each["pipeline"] for each in failed} == {"exporter-nightly", "exporter-ci"}
    assert "expected 48211 rows" in demo("pipelines").out


def test_an_event_brings_a_card_whose_approval_is_one_vote_and_can_be_undone(demo: Demo) -> None:
    devops = re.search(r"Azure DevOps at (\S+) \(hooks to (\S+), any user, password (\S+)\)", demo.said)
    assert devops is not None
    outside, path, password = devops.groups()
    alfred = json.loads((demo.home / "daemon.json").read_text())["url"]
    with httpx.Client(base_url=outside, trust_env=False, timeout=30) as vendor:
        order = {
            "project": "Data Exports", "repository": "exporter", "branch": "feature/2214-count", "title": "Count pages",
            "by": "priya.raman@larkfield.example", "reviewers": [OWNER], "files": {"/count.py": "x = 1\n"},
        }  # fmt: skip
        made = vendor.post("/_sandbox/pull-requests", json=order).json()
        vendor.post(f"/_sandbox/pull-requests/{made['id']}/pass-build")
        event = {"url": f"{alfred}{path}", "user": "hooks", "password": password, "event": "git.pullrequest.created"}
        told = vendor.post("/_sandbox/hooks", json={**event, "id": made["id"], "times": 3}).json()
    assert told == {"statuses": [202, 202, 202]}
    offered = card(demo, f"devops:pr-{made['id']}")
    before = len(record(demo))
    assert demo("approve", offered["id"]).code == 0
    assert demo("undo", offered["id"]).code == 0
    votes = [(each["method"], each["resource"], each["state"]["vote"]) for each in record(demo)[before:]]
    assert votes == [("pullRequestReviewers.vote", str(made["id"]), vote) for vote in (10, 0)]
