"""Whose key root opens a vault with, where one command sees to several households."""

import contextlib
import os
from pathlib import Path

import pytest

from daemon.cli import lending, main
from daemon.cli.commands import household
from daemon.cli.frame import chosen
from daemon.cli.lending import CREDENTIALS, lend_key, lent_key


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that keeps the households anna and bob; carl's is his own."""
    monkeypatch.setattr(lending, "SYSTEM_SETTINGS", tmp_path / "etc")
    monkeypatch.setattr(lending, "SYSTEM_DATA", tmp_path / "lib")
    monkeypatch.setattr(chosen, "home", None)
    monkeypatch.setenv(CREDENTIALS, "")
    for name in ("anna", "bob"):
        (tmp_path / "etc" / name).mkdir(parents=True)
    return tmp_path


def test_each_household_is_seen_to_with_its_own_key_and_none_stays_lent(machine: Path) -> None:
    seen = []
    for home in (machine / "lib" / "anna", machine / "carl", machine / "lib" / "bob"):
        with lent_key(home):
            seen.append(os.environ[CREDENTIALS])
    assert seen == [str(machine / "etc" / "anna"), "", str(machine / "etc" / "bob")]
    assert os.environ[CREDENTIALS] == ""


def test_another_households_key_is_out_of_reach_meanwhile(machine: Path) -> None:
    lend_key(machine / "lib" / "anna")
    with lent_key(machine / "carl"):
        assert CREDENTIALS not in os.environ
    assert os.environ[CREDENTIALS] == str(machine / "etc" / "anna")


def test_a_command_takes_back_what_the_one_that_started_it_was_lent(machine: Path) -> None:
    os.environ[CREDENTIALS] = str(machine / "etc" / "anna")
    household(machine / "carl")
    assert CREDENTIALS not in os.environ


@pytest.mark.parametrize("words", [("--home", "{home}", "run"), ("run",), ("--home", "{home}", "run", "--port=0")])
def test_a_daemon_in_the_foreground_opens_the_vault_that_the_service_opens(
    machine: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    lent = []
    home = machine / "lib" / "anna"
    monkeypatch.setattr("gc.disable", lambda: None)
    monkeypatch.setattr("application.intake.behind.take_short_turns", lambda: None)
    monkeypatch.setattr("daemon.service.Daemon.run", lambda _: lent.append(os.environ[CREDENTIALS]))
    monkeypatch.setenv("ALFRED_HOME", str(home))
    monkeypatch.setattr("sys.argv", ["alfred", *(word.format(home=home) for word in words)])
    with contextlib.suppress(SystemExit):
        main.main()
    assert lent == [str(machine / "etc" / "anna")]


def test_what_systemd_hands_to_a_service_stays_its_own(machine: Path) -> None:
    os.environ[CREDENTIALS] = "/run/credentials/alfred.service"
    household(machine / "carl")
    assert os.environ[CREDENTIALS] == "/run/credentials/alfred.service"
