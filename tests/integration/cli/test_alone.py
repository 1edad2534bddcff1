"""Commands on a household where no daemon runs: they open it themselves."""

import json
import os
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Alfred, run_apart

LISTINGS = (("inbox",), ("search", "invoice"), ("actions",), ("rules", "list"), ("poll",), ("doctor",))
COMMANDS = (
    *("demo", "run", "poll", "backfill", "inbox", "show", "search", "briefing", "actions", "approve", "edit", "reject"),
    *("retry", "undo", "rules", "halt", "resume", "status", "doctor", "connect", "disconnect", "correct", "pair"),
)


@pytest.mark.parametrize("command", LISTINGS, ids=" ".join)
def test_a_listing_is_json_on_request(alfred: Alfred, command: tuple[str, ...]) -> None:
    ran = alfred(*command, "--json")
    page = json.loads(ran.out)
    assert ran.code == 0
    assert isinstance(page["items"], list)
    assert "next_cursor" in page


def test_an_empty_household_is_calm(alfred: Alfred) -> None:
    assert alfred("inbox").out == "Nothing here.\n"
    assert alfred("actions").out == "Nothing here.\n"
    assert "alfred connect google" in alfred("poll").out
    assert "Nothing needs you, sir" in alfred("briefing").out
    assert "Daemon: not running" in alfred("status").out


def test_a_new_household_begins_with_the_starter_rules(alfred: Alfred) -> None:
    names = [rule["name"] for rule in alfred("rules", "list", "--json").items]
    assert "Newsletters and promotions" in names


def test_a_rule_is_switched_off_and_on(alfred: Alfred) -> None:
    assert alfred("rules", "off", "Junk in the inbox").out == "“Junk in the inbox” is off.\n"
    rules = {rule["name"]: rule["enabled"] for rule in alfred("rules", "list", "--json").items}
    assert rules["Junk in the inbox"] is False
    assert alfred("rules", "on", "Junk in the inbox").code == 0


def test_exported_rules_come_back_as_they_were(alfred: Alfred, tmp_path: Path) -> None:
    before = alfred("rules", "list", "--json").items
    file = tmp_path / "rules.toml"
    assert alfred("rules", "export", str(file)).code == 0
    assert alfred("rules", "export", "-").out == file.read_text()
    assert alfred("rules", "import", str(file)).out == "3 rules kept.\n"
    assert alfred("rules", "list", "--json").items == before


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ('[[rules]]\nname="x"\nwhen={sender=["a"]}\nthen=[{kind="explode", arguments={}}]', "explode"),
        ('[[rules]]\nname="x"\nwhen={colour="red"}\nthen=[{kind="archive", arguments={}}]', "colour"),
        ('[[rules]]\nname="x"\nwhen={category=["gossip"]}\nthen=[{kind="archive", arguments={}}]', "gossip"),
        ('[[rules]]\nname="x"\nwhen={}\nthen=[{kind="archive", arguments={}}]', "every message"),
        ("[[rules]", "line 1"),
    ],
)
def test_a_rule_that_names_nothing_known_is_refused_by_name(
    alfred: Alfred, tmp_path: Path, rule: str, named: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(rule)
    before = alfred("rules", "list", "--json").out
    ran = alfred("rules", "import", str(file))
    assert ran.code == 2
    assert "mine.toml" in ran.err
    assert named in ran.err
    assert alfred("rules", "list", "--json").out == before


def test_a_rule_in_plain_words_is_kept_only_when_the_owner_agrees(alfred: Alfred) -> None:
    before = alfred("rules", "list", "--json").items
    shown = alfred("rules", "add", "archive newsletters older than 7 days")
    assert (shown.code, "--yes" in shown.err) == (2, True), "a script must not take it for done"
    assert "archive" in shown.out
    assert alfred("rules", "list", "--json").items == before
    assert alfred("rules", "add", "archive newsletters older than 7 days", "--yes").code == 0
    assert len(alfred("rules", "list", "--json").items) == len(before) + 1
    assert alfred("rules", "standing", "Junk in the inbox").code == 2


def test_approve_without_ids_and_without_a_terminal_is_wrong_usage(alfred: Alfred) -> None:
    ran = alfred("approve")
    assert (ran.code, ran.out) == (2, "")
    assert "--all KIND" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "gmail:nowhere"), 1, "gmail:nowhere"),
        (("show", "abc"), 2, "at least 4 letters"),
        (("show", "abcdef"), 1, "abcdef"),
        (("approve", "deadbeef"), 1, "deadbeef"),
        (("correct", "gmail:x"), 2, "--category"),
        (("correct", "gmail:x", "--category", "gossip"), 2, "gossip"),
        (("correct", "--category", "work"), 2, "which message"),
        (("correct", "gmail:x", "--back", "--category", "work"), 2, "--back"),
        (("actions", "--status", "gone"), 2, "proposed"),
        (("inbox", "--limit", "0"), 2, "limit"),
        (("poll", "nowhere"), 1, "nowhere"),
        (("undo", "--rule", "x", "--since", "soon"), 2, "soon"),
        (("undo", "--rule", "x", "--since", "²h"), 2, "²h"),
        (("undo", "--rule", "x", "--since", "99999999999999d"), 2, "99999999999999d"),
        (("undo", "--rule", "Newsleters", "--since", "yesterday"), 1, "Newsleters"),
        (("rules", "on", "nothing"), 1, "nothing"),
        (("connect", "nobody"), 2, "google"),
        (("connect", "google", "--set", "client_id"), 2, "NAME=VALUE"),
        (("connect", "google", "--set", "colour=red"), 2, "colour"),
        (("disconnect", "nobody"), 1, "nobody"),
        (("frobnicate",), 2, "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_wrong_usage_is_2_and_a_failure_is_1_each_with_its_reason(
    alfred: Alfred, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = alfred(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["google", "gmail"])
def test_google_without_a_client_says_where_to_get_one_by_either_of_its_names(alfred: Alfred, name: str) -> None:
    ran = alfred("connect", name)
    assert ran.code in (1, 2)
    assert "client" in ran.err.lower()
    assert "gmail" not in alfred("status").out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_a_sentence(alfred: Alfred, command: str) -> None:
    ran = alfred(command, "--help")
    assert ran.code == 0
    assert any(line.strip().endswith((".", ":")) or "." in line for line in ran.out.splitlines() if line.strip())


def test_halting_needs_no_daemon_and_outlives_it(alfred: Alfred, home: Path) -> None:
    assert alfred("halt").code == 0
    assert (home / "HALT").exists()
    assert json.loads(alfred("status", "--json").out)["halt"]["halted"]
    assert alfred("resume").code == 0
    assert not (home / "HALT").exists()


def test_a_halt_and_its_end_are_obeyed_whatever_the_settings_say(alfred: Alfred, home: Path) -> None:
    home.mkdir()
    (home / ".env").write_text("no setting at all: ${\n")
    assert (alfred("halt").code, alfred("status").code) == (0, 2)
    assert (home / "HALT").exists()
    assert ".env" in alfred("doctor").out
    assert (alfred("resume").code, (home / "HALT").exists()) == (0, False)


def test_approving_all_of_a_kind_that_none_waits_of_says_so(alfred: Alfred) -> None:
    assert alfred("approve", "--all", "archive", "--json").items == []
    ran = alfred("approve", "--all", "archive")
    assert (ran.code, ran.out) == (0, "Nothing of this kind waits for you.\n")


def test_a_link_that_is_made_while_nobody_runs_leads_to_where_the_daemon_will_answer(
    alfred: Alfred, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALFRED_WEB__PORT", "8499")
    paired = alfred("pair")
    assert "http://localhost:8499/sign-in#" in paired.out
    assert "does not run" in paired.err


def test_nothing_is_coloured_for_a_program_or_with_no_color(home: Path) -> None:
    piped = run_apart(home, "rules", "list")
    forced = run_apart(home, "rules", "list", env={**os.environ, "NO_COLOR": "1", "TERM": "xterm-256color"})
    assert "\x1b" not in piped.out
    assert "\x1b" not in forced.out


def test_the_settings_over_the_api_hold_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from daemon.cli.client import open_api
    from daemon.settings import load

    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", "canary-7f31")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-7f32")
    with open_api(load(home)) as api:
        shown = api.call("GET", "/api/settings")
    assert "canary" not in json.dumps(shown)
    assert "google" in json.dumps(shown)
