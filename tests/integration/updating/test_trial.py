"""A version that no service keeps is tried by a process of the update's own: it says why it ends, and ends with it."""

import sys
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

import pytest

from daemon.running import find_running
from daemon.updating import Trial
from daemon.updating.journal import alone
from domain.errors import CannotBe
from tests.integration.backup.house import furnish
from tests.integration.updating.tiny import RELEASE, an_update, environment_of, prepare, version_in

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
UPDATER = (
    "import sys, pathlib; from daemon.updating import Trial; Trial(*map(pathlib.Path, sys.argv[1:])).start(); input()"
)


def has_program(environment: Path, script: str) -> None:
    (environment / "bin").mkdir(parents=True, exist_ok=True)
    program = environment / "bin" / "alfred"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)


def test_a_trial_that_ends_at_once_says_why_and_is_not_waited_for(tmp_path: Path) -> None:
    home = furnish(tmp_path / "home")
    prepare(home)
    has_program(environment_of(home), "echo 'Traceback' >&2; echo 'ImportError: no such module' >&2; exit 1")
    trial = Trial(home, environment_of(home))
    update = replace(an_update(home, lambda _: False), service=trial, patience=PATIENCE)
    with pytest.raises(CannotBe, match=r"its last words: ImportError: no such module\); 0\.1\.0 is back"):
        update.to(RELEASE)
    assert version_in(environment_of(home)) == "0.1.0"


def test_a_trial_ends_with_an_update_that_is_killed(tmp_path: Path) -> None:
    home = furnish(tmp_path / "home")
    has_program(tmp_path / "environment", f'cd {ROOT} && exec {sys.executable} -m daemon.cli.main "$@"')
    words = [sys.executable, "-c", UPDATER, str(home), str(tmp_path / "environment")]
    with Popen(words, cwd=ROOT, stdin=PIPE, stderr=DEVNULL) as updater:
        while find_running(home) is None:
            with pytest.raises(TimeoutExpired):
                updater.wait(0.05)
        updater.kill()
    with alone(home, PATIENCE):
        assert find_running(home) is None
