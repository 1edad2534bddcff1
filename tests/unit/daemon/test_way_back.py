"""The steps after a restore: the household gets its place, and what no backup holds, before anybody signs in."""

import os
import shlex
from pathlib import Path

import pytest

from daemon.cli.way_back import steps_back


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "Jo's").mkdir()
    return tmp_path / "Jo's"


def test_the_broken_one_is_stopped_moved_aside_and_hands_on_what_it_has(home: Path) -> None:
    for name in ("vault", "tunnel.json", "alfred.db"):
        (home / name).touch()
    steps = list(steps_back(home.parent / "new", home, is_kept=True, needs_passphrase=False))
    him = f"alfred --home '{home.parent}/Jo'\"'\"'s'"
    assert (steps[0], steps[4], steps[-1]) == (f"{him} stop", f"{him} start", f"{him} resume")
    assert [step.split()[0] for step in steps[1:4]] == ["mv", "mv", "mv"]
    assert ("vault" in steps[3], "tunnel.json" in steps[3], "alfred.db" in steps[3]) == (True, True, False)


def test_where_the_passphrase_is_lost_it_is_chosen_again_before_he_starts(home: Path) -> None:
    (home / "tunnel.json").touch()
    steps = [
        step.rpartition("'s' ")[2]
        for step in steps_back(home.parent / "new", home, is_kept=True, needs_passphrase=True)
    ]
    assert steps[4:6] == ["backup passphrase", "start"]


def test_on_a_new_machine_he_is_installed(home: Path) -> None:
    steps = list(steps_back(home, home, is_kept=False, needs_passphrase=False))
    assert steps[0].endswith(" install")


def test_a_link_goes_on_leading_to_the_disk_that_it_led_to(home: Path) -> None:
    link = home.parent / "link"
    link.symlink_to(home)
    aside, put_in, *_ = steps_back(home.parent / "new", link, is_kept=False, needs_passphrase=False)
    assert shlex.split(aside) == ["mv", str(home), f"{home}.before-1"]
    assert shlex.split(put_in) == ["mv", str(home.parent / "new"), str(home)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_restores_is_given_to_whom_the_household_belongs(home: Path) -> None:
    os.chown(home, 1234, 1234)
    steps = list(steps_back(home.parent / "new", home, is_kept=True, needs_passphrase=False))
    assert [step for step in steps if step.startswith("chown -R 1234:1234 ")] == steps[3:4]
