"""What the doctor finds, and what he advises."""

import os
import sqlite3
import time
from pathlib import Path

import pytest

from daemon.doctor import Finding, examine
from daemon.service import household
from daemon.settings import load


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A household that was opened once, and holds the log of one action."""
    home = tmp_path / "home"
    with household(load(home)) as container:
        container.store().preferences.put("seen", True)
    return home


def found(home: Path, name: str, *, fix: bool = False) -> Finding:
    return next(finding for finding in examine(home, fix=fix) if finding.name == name)


def test_a_sound_household_has_no_bad_finding(home: Path) -> None:
    assert [finding for finding in examine(home, fix=False) if finding.state == "bad"] == []
    assert found(home, "database").state == "good"
    assert found(home, "action log").state == "good"


def test_a_household_that_is_not_there_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    assert found(tmp_path / "new", "folder").state == "warning"
    assert not (tmp_path / "new").exists()


def test_a_folder_that_others_can_read_is_bad_and_can_be_mended(home: Path) -> None:
    home.chmod(0o755)
    before = found(home, "folder")
    assert (before.state, "--fix" in before.advice) == ("bad", True)
    assert found(home, "folder", fix=True).state == "good"
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_damaged_database_is_bad(home: Path) -> None:
    (home / "alfred.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)
    assert found(home, "database").state == "bad"


def test_a_log_that_was_changed_is_found_out(home: Path) -> None:
    with household(load(home)) as container:
        from application.actions import Proposal
        from domain.kinds import Kind

        container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Water the ferns"}, reason="you asked"))
    with sqlite3.connect(home / "alfred.db") as forger:
        triggers = forger.execute("SELECT name FROM sqlite_schema WHERE type='trigger' AND tbl_name='action_events'")
        for (name,) in triggers.fetchall():
            forger.execute(f'DROP TRIGGER "{name}"')
        forger.execute("UPDATE action_events SET actor = 'nobody' WHERE seq = 1")
    forger.close()
    log = found(home, "action log")
    assert (log.state, "chain breaks at entry 1" in log.said) == ("bad", True)


def test_a_clock_behind_the_last_write_is_noticed(home: Path) -> None:
    future = time.time() + 3600
    os.utime(home / "alfred.db", (future, future))
    assert found(home, "clock").state == "warning"


def test_a_wrong_setting_is_the_first_thing_said(home: Path) -> None:
    (home / "config.toml").write_text("[web]\nport = 'x'")
    (only,) = examine(home, fix=False)
    assert (only.name, only.state, "web.port" in only.said) == ("settings", "bad", True)


def test_a_vault_that_does_not_open_is_bad_and_the_rest_goes_on(home: Path) -> None:
    (home / "vault").write_bytes(b"alfred-vault-1\n" + b"x" * 60)
    assert found(home, "secrets").state == "bad"
    assert found(home, "database").state == "good"


def test_a_broken_persona_is_bad(home: Path) -> None:
    (home / "persona.toml").write_text("nome = 'Jeeves'")
    persona = found(home, "persona")
    assert (persona.state, "nome" in persona.said) == ("bad", True)
