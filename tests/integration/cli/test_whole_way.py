"""From the briefing to an approval, its one effect outside, and back again: with the daemon that really runs."""

import json
import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.integration.cli.conftest import Demo, run_alfred


def _waiting(demo: Demo) -> list[str]:
    """Return what waits to be archived: it takes nobody else, and can be taken back."""
    proposed = demo("actions", "--status", "proposed", "--json").items
    return [each["id"] for each in proposed if (each["kind"], each["account"]) == ("archive", "gmail")]


def _mail_round(demo: Demo) -> str:
    """Poll; return what came of Gmail. The first rounds after a start may meet the daemon's own."""
    return next(line for line in demo("poll").out.splitlines() if line.startswith("gmail/mail:"))


def _actions(demo: Demo) -> dict[str, str]:
    """Return how each action stands, by its id and title."""
    listed = demo("actions", "--limit", "200", "--json").items
    return {f"{action['id']} {action['title']}": action["status"] for action in listed}


def test_the_briefing_names_the_escalation_and_the_review_first(demo: Demo) -> None:
    page = json.loads(demo("briefing", "--json").out)
    assert page["greeting"].endswith("Master Jo.")
    assert page["now"][0]["who"] == "Rosalind Okafor"
    assert [(each["who"], len(each["message_ids"])) for each in page["reviews"][:1]] == [("Priya Raman", 1)]
    assert page["arrived"] == 67
    assert {group["kind"] for group in page["clearing"]} == {"archive"}


def test_an_approval_is_done_once_and_undo_puts_it_back(demo: Demo) -> None:
    id = _waiting(demo)[0]
    before = len(demo.record())

    approved = demo("approve", id[:8])
    assert (approved.code, approved.err) == (0, "")
    assert approved.out.startswith("Done: Archive “")
    (archived,) = demo.record()[before:]
    assert archived["arguments"]["removeLabelIds"] == ["INBOX"]

    again = demo("approve", id)
    assert again.code == 1
    assert "executed" in again.err
    assert len(demo.record()) == before + 1

    undone = demo("undo", id)
    assert undone.code == 0
    _, put_back = demo.record()[before:]
    assert put_back["arguments"]["addLabelIds"] == ["INBOX"]
    assert put_back["resource"] == archived["resource"]

    steps = json.loads(demo("actions", "--json").out)["items"]
    original, undo = (next(a for a in steps if a["id"] == id), next(a for a in steps if a["undoes"] == id))
    assert (original["status"], undo["status"]) == ("rolled_back", "executed")


def test_the_log_has_every_step(demo: Demo) -> None:
    id = _waiting(demo)[0]
    demo("approve", id)
    demo("undo", id)
    whole = json.loads(demo("show", id[:8], "--json").out)
    types = [event["type"] for event in whole["events"]]
    assert types == ["proposed", "approved", "started", "prepared", "executed", "rolled_back"]
    assert all(event["actor"] for event in whole["events"])


def test_what_a_rule_did_is_taken_back_together(demo: Demo) -> None:
    ids = _waiting(demo)[:3]
    assert demo("approve", *ids).code == 0
    before = len(demo.record())
    undone = demo("undo", "--rule", "Newsletters and promotions", "--since", "1h", "--json")
    assert undone.code == 0
    assert {each["action"]["undoes"] for each in undone.items} == set(ids)
    assert [call["arguments"]["addLabelIds"] for call in demo.record()[before:]] == [["INBOX"]] * 3


def test_a_rejected_proposal_leaves_no_trace_outside(demo: Demo) -> None:
    id, before = _waiting(demo)[0], len(demo.record())
    rejected = demo("reject", id, "--reason", "I read it")
    assert rejected.out.startswith("Rejected: ")
    assert len(demo.record()) == before


def test_each_of_several_is_judged_by_itself(demo: Demo) -> None:
    good = _waiting(demo)[0]
    ran = demo("reject", "ffff-nothing", good)
    assert ran.code == 1
    assert "no recent action" in ran.err
    assert "Rejected" in ran.out


def test_nothing_is_done_while_the_halt_file_is_there(demo: Demo) -> None:
    id, before = _waiting(demo)[0], len(demo.record())
    (demo.home / "HALT").touch()
    refused = demo("approve", id)
    assert (refused.code, "halted" in refused.err) == (1, True)
    assert len(demo.record()) == before
    assert demo("resume").code == 0
    assert not (demo.home / "HALT").exists()
    assert demo("approve", id).code == 0


def test_halt_says_so_in_the_status(demo: Demo) -> None:
    demo("halt", "--reason", "on a journey")
    state = json.loads(demo("status", "--json").out)
    demo("resume")
    assert state["halt"]["halted"]
    assert "on a journey" in state["halt"]["reason"]
    with closing(sqlite3.connect(demo.home / "alfred.db")) as database:
        told = database.execute("SELECT ref FROM feed WHERE ref IN ('halt', 'resume') ORDER BY seq DESC LIMIT 2")
        assert [ref for (ref,) in told] == ["resume", "halt"], "the app hears of it at once"


def test_the_letters_that_the_inbox_shows_find_the_message(demo: Demo) -> None:
    newest = demo("inbox", "--limit", "1", "--json").items[0]
    shown = demo("show", newest["id"][-6:])
    assert (shown.code, shown.out.splitlines()[0]) == (0, newest["subject"])


def test_a_correction_stands(demo: Demo) -> None:
    newest = demo("inbox", "--limit", "1", "--json").items[0]
    assert demo("correct", newest["id"], "--category", "work", "--priority", "2").out == "Noted: work, priority 2.\n"
    after = json.loads(demo("show", newest["id"], "--json").out)["classification"]
    assert (after["category"], after["priority"], after["brain"]) == ("work", 2, "owner")
    assert [each["message_id"] for each in demo("correct", "--json").items] == [newest["id"]]
    assert demo("correct", newest["id"], "--back").out.startswith("Taken back: ")
    assert demo("correct").out == "You corrected nothing, or took it back.\n"


def test_a_standing_order_is_granted_with_its_meaning_and_taken_back(demo: Demo) -> None:
    rules = demo("rules", "list", "--json").items
    name = next(rule["name"] for rule in rules if {each["kind"] for each in rule["then"]} == {"archive"})
    granted = demo("rules", "standing", name, "--yes").out
    assert "without asking" in granted
    assert granted.endswith(f"“{name}” needs no asking now.\n")
    assert f"{name}  standing order: needs no asking" in demo("rules", "list").out
    assert demo("rules", "standing", name, "--off").out == f"“{name}” asks you again.\n"


def test_a_program_signs_in_with_a_token(demo: Demo) -> None:
    import httpx

    token = demo("pair", "--token", "--name", "a script").out.strip()
    url = json.loads((demo.home / "daemon.json").read_text())["url"]
    with httpx.Client(base_url=url, trust_env=False) as client:
        assert client.get("/api/status").status_code == 401
        answer = client.get("/api/status", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_pairing_code_is_shown_as_a_link(demo: Demo) -> None:
    paired = demo("pair")
    assert paired.code == 0
    assert "/sign-in#" in paired.out


def test_a_second_daemon_is_refused_and_told_who_holds_the_folder(demo: Demo) -> None:
    assert demo.process is not None
    second = demo("run", "--port", "0")
    assert second.code == 1
    assert f"process {demo.process.pid}" in second.err


def test_a_port_in_use_is_named(demo: Demo, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run_alfred(tmp_path / "other", ["run", "--port", str(port)])
    assert ran.code == 1
    assert f"port {port}" in ran.err
    assert "--port" in ran.err


def test_the_doctor_finds_everything_in_order(demo: Demo) -> None:
    ran = demo("doctor", "--json")
    bad = [finding for finding in ran.items if finding["state"] == "bad"]
    assert (ran.code, bad) == (0, [])
    assert {"database", "action log", "daemon", "gmail/mail"} <= {finding["name"] for finding in ran.items}


def test_after_a_kill_and_a_restart_nothing_is_done_twice(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "home")
    demo.start()
    _mail_round(demo)  # so that nothing of the first rounds is still under way
    before = _actions(demo)
    messages = {each["id"] for each in demo("inbox", "--limit", "200", "--json").items}
    demo.stop(signal.SIGKILL)
    demo.start()
    try:
        said = [_mail_round(demo) for _ in range(4)]
        assert said[-1] == "gmail/mail: 0 new, 0 changed", said
        assert _actions(demo) == before
        listed = [each["id"] for each in demo("inbox", "--limit", "200", "--json").items]
        assert (len(listed), messages - set(listed)) == (len(set(listed)), set())
        assert demo.record() == []
    finally:
        assert demo.stop(signal.SIGTERM) == 0
