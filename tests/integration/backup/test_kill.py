"""kill -9 at every step of a backup and of a restore: what was there stays whole, and the next attempt succeeds."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon import backup
from daemon.scratch import clear, left_behind
from tests.integration.backup.house import furnish

ROOT = Path(__file__).parents[3]
DEATHS, DEATHS_IN_SOAK = 20, 500


@dataclass
class Victim:
    """A process that does a step of the product and dies in it when told."""

    home: Path
    process: subprocess.Popen[str]

    def attempt(self, job: str, last: int, target: Path) -> str:
        """Do `job`, dying at its step number `last`; 0 lives."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{job} {last} {target}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def steps_of(self, job: str, target: Path) -> int:
        ended = self.attempt(job, 0, target)
        assert ended.startswith("done "), ended
        return int(ended.removeprefix("done "))


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    home = furnish(tmp_path_factory.mktemp("dying") / "home")
    backup.create(home, home.parent)
    command = [sys.executable, "-m", "tests.integration.backup.dying", str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Victim(home, process)
        assert process.stdin is not None
        process.stdin.close()


def spread(steps: int, deaths: int) -> list[int]:
    """Return as many steps as there are deaths, from the first to the last; each of them where there are fewer."""
    return sorted({1 + number * (steps - 1) // max(deaths - 1, 1) for number in range(deaths)})


def die_in_backups(victim: Victim, folder: Path, deaths: int) -> int:
    steps = victim.steps_of("save", folder / "first")
    died = 0
    for step in spread(steps, deaths):
        there = folder / f"{step}"
        backup.create(victim.home, there)
        died += victim.attempt("save", step, there) == "died"
        assert list(there.rglob("alfred.db")) == []
        for file in there.glob("*.backup"):
            backup.verify(file, victim.home)
        assert left_behind(victim.home) == []
        assert len(list(there.glob("*.backup"))) >= 1
        backup.create(victim.home, there)
        assert [path.name for path in there.glob(".*") if path.name != ".lock"] == []
    return died


def die_in_checks(victim: Victim, folder: Path, deaths: int) -> int:
    backup.create(victim.home, folder)
    steps = victim.steps_of("look-through", folder)
    died = 0
    for step in spread(steps, deaths):
        died += victim.attempt("look-through", step, folder) == "died"
        assert [path.suffix for path in folder.iterdir() if path.name != ".lock"] == [".backup"]
        clear(victim.home)
        assert list(victim.home.glob(".workshop-*")) == []
    return died


def die_in_restores(victim: Victim, folder: Path, deaths: int) -> int:
    (folder / "first").mkdir()
    steps = victim.steps_of("bring-back", folder / "first" / "house")
    died = 0
    for step in spread(steps, deaths):
        there = folder / f"{step}"
        there.mkdir()
        died += victim.attempt("bring-back", step, there / "house") == "died"
        if (there / "house").exists():
            assert {"HALT", "alfred.db"} <= {path.name for path in (there / "house").iterdir()}
        else:
            backup.restore(next(victim.home.parent.glob("*.backup")), there / "house")
            assert [path.name for path in there.iterdir()] == ["house"]
    return died


def test_a_kill_in_a_backup_leaves_the_others_whole(victim: Victim, tmp_path: Path) -> None:
    assert die_in_backups(victim, tmp_path, DEATHS) >= DEATHS - 2


def test_a_kill_in_a_check_leaves_nothing_beside_the_file(victim: Victim, tmp_path: Path) -> None:
    assert die_in_checks(victim, tmp_path, DEATHS) >= DEATHS - 2


def test_a_kill_in_a_restore_leaves_nothing_or_everything(victim: Victim, tmp_path: Path) -> None:
    assert die_in_restores(victim, tmp_path, DEATHS) >= DEATHS - 2


@pytest.mark.soak
@pytest.mark.parametrize("die", [die_in_backups, die_in_checks, die_in_restores])
def test_kills_at_every_step(victim: Victim, tmp_path: Path, die: object) -> None:
    died = 0
    rounds = 0
    while died < DEATHS_IN_SOAK:
        rounds += 1
        (tmp_path / str(rounds)).mkdir()
        died += die(victim, tmp_path / str(rounds), DEATHS_IN_SOAK)  # type: ignore[operator]
    assert died >= DEATHS_IN_SOAK
