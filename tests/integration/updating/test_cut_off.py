"""kill -9 at every step of an update: afterwards the old version works, or the new one does, and nothing is lost."""

import os
import subprocess
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from adapters.sqlite.snapshot import copy_database, schema_of
from application.acting.halt import HaltSwitch
from daemon.cli import service
from daemon.doctor.folder import check_update
from daemon.household import household
from daemon.opening import UPDATE_ELSEWHERE
from daemon.settings import load
from daemon.updating import Trial
from daemon.updating.cut_off import accept_or_take_back, accept_what_works
from daemon.updating.environments import beside, copy_environment, exchange
from daemon.updating.journal import BEFORE, Journal, begin, under_way
from domain.errors import CannotBe
from tests.contract.store.samples import NOON
from tests.integration.backup.house import furnish
from tests.integration.backup.test_kill import DEATHS, DEATHS_IN_SOAK, Victim, spread, victim
from tests.integration.backup.test_migrations import opened
from tests.integration.updating.tiny import (
    NEW,
    NEW_STEP,
    OLD,
    RELEASE,
    an_update,
    commands,
    environment_of,
    neighbour_of,
    prepare,
    start_of_the_day,
    version_in,
)
from tests.unit.daemon.units.machine import Machine

__all__ = ["victim"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    copy_database(furnish(folder / "home") / "alfred.db", folder / "alfred.db")
    return folder / "alfred.db"


def an_installation(database: Path, folder: Path) -> Path:
    """Make a household and the tiny environment of its Alfred; return the household's folder."""
    home = folder / "home"
    home.mkdir(mode=0o700, parents=True)
    copy_database(database, home / "alfred.db")
    prepare(home)
    return home


def with_a_neighbour(home: Path, database: Path) -> Path:
    neighbour_of(home).mkdir(mode=0o700)
    copy_database(database, neighbour_of(home) / "alfred.db")
    return home


def restart(home: Path) -> None:
    """Do what a start does before the store is opened; a version that was taken back has to be started anew."""
    with suppress(CannotBe):
        accept_or_take_back(home)


def assert_in_order(home: Path, expected: dict[str, object]) -> None:
    """Whichever version lies there works on the database that it finds; the old one opens no newer schema."""
    names = {path.name for path in home.iterdir()}
    assert {"update.json", "HALT.update", BEFORE, f"{BEFORE}.part"} & names == set()
    start_of_the_day(home)
    is_new = version_in(environment_of(home)) == NEW
    assert (schema_of(home / "alfred.db")[-1] == NEW_STEP) == is_new
    if not is_new:
        assert opened(home / "alfred.db") == expected


def die_in_updates(victim: Victim, job: str, database: Path, folder: Path, deaths: int) -> int:
    steps = victim.steps_of(job, an_installation(database, folder / "first"))
    expected = opened(an_installation(database, folder / "expected") / "alfred.db")
    died = 0
    for step in spread(steps, deaths):
        home = an_installation(database, folder / str(step))
        died += victim.attempt(job, step, home) == "died"
        restart(home)
        assert_in_order(home, expected)
    return died


@pytest.mark.timeout(600)
@pytest.mark.parametrize("job", ["renew", "renew-in-vain"])
def test_a_kill_in_an_update_leaves_the_old_or_the_new(
    victim: Victim, database: Path, tmp_path: Path, job: str
) -> None:
    assert die_in_updates(victim, job, database, tmp_path, DEATHS) >= DEATHS - 2


def die_beside(victim: Victim, job: str, database: Path, folder: Path, deaths: int) -> int:
    """Die in updates of an installation with two households; the other starts first, as it may after a power cut."""
    steps = victim.steps_of(job, with_a_neighbour(an_installation(database, folder / "first"), database))
    died = 0
    for step in spread(steps, deaths):
        home = with_a_neighbour(an_installation(database, folder / str(step)), database)
        died += victim.attempt(job, step, home) == "died"
        begin_until_it_holds(neighbour_of(home))
        restart(home)
        begin_until_it_holds(neighbour_of(home))
        start_of_the_day(neighbour_of(home))
        is_new = version_in(environment_of(home)) == NEW
        assert (schema_of(neighbour_of(home) / "alfred.db")[-1] == NEW_STEP) == is_new
        assert not (neighbour_of(home) / UPDATE_ELSEWHERE).exists()
    return died


def begin_until_it_holds(home: Path) -> None:
    """Do what a service does that is started again: a second time where the first was refused."""
    for _ in range(2):
        with suppress(CannotBe):
            start_of_the_day(home)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("job", ["renew-beside", "renew-beside-in-vain"])
def test_a_kill_leaves_the_other_household_with_the_version_that_lies_there(
    victim: Victim, database: Path, tmp_path: Path, job: str
) -> None:
    assert die_beside(victim, job, database, tmp_path, DEATHS // 2) >= DEATHS // 2 - 2


@pytest.mark.soak
@pytest.mark.parametrize("job", ["renew", "renew-in-vain"])
def test_kills_at_every_step_of_an_update(victim: Victim, database: Path, tmp_path: Path, job: str) -> None:
    died = rounds = 0
    while died < DEATHS_IN_SOAK:
        rounds += 1
        died += die_in_updates(victim, job, database, tmp_path / str(rounds), DEATHS_IN_SOAK)


@pytest.fixture
def tried(database: Path, tmp_path: Path) -> Journal:
    """An update that was cut off while the new version was tried, which had changed the schema."""
    home = an_installation(database, tmp_path)
    environment = environment_of(home)
    commands(str(copy_environment(environment) / "bin" / "python"))
    HaltSwitch(home / "HALT").begin_trial("an update is being tried", NOON)
    journal = begin(home, environment, OLD, NEW)
    journal.save_database()
    exchange(environment, beside(environment))
    with under_way(home):
        start_of_the_day(home)
    assert (version_in(environment), schema_of(home / "alfred.db")[-1]) == (NEW, NEW_STEP)
    return journal


def test_what_was_cut_off_is_taken_back_before_the_store_is_opened(tried: Journal) -> None:
    with pytest.raises(CannotBe, match=r"0\.1\.0 is back, so run that again"), household(load(tried.home)):
        pass
    assert version_in(tried.environment) == OLD
    with household(load(tried.home)) as container:
        assert not container.halt().is_halted


def test_an_update_under_way_is_left_alone(tried: Journal) -> None:
    with under_way(tried.home):
        accept_or_take_back(tried.home)
    assert version_in(tried.environment) == NEW
    assert (tried.home / BEFORE).exists()


def test_what_was_done_after_the_owner_went_on_is_never_taken_back(tried: Journal) -> None:
    HaltSwitch(tried.home / "HALT").resume()
    accept_or_take_back(tried.home)
    assert version_in(tried.environment) == NEW
    assert schema_of(tried.home / "alfred.db")[-1] == NEW_STEP
    assert not (tried.home / BEFORE).exists()


def test_a_service_that_may_not_change_its_program_goes_on_halted(
    tried: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Journal, "can_change_back", False)
    accept_or_take_back(tried.home)
    assert version_in(tried.environment) == NEW
    assert HaltSwitch(tried.home / "HALT").is_halted
    accept_what_works(tried.home)
    assert not HaltSwitch(tried.home / "HALT").is_halted
    assert {"update.json", BEFORE} & {path.name for path in tried.home.iterdir()} == set()


def test_the_doctor_finds_it_and_ends_it(tried: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "runner", Machine)
    (finding,) = check_update(load(tried.home))
    assert (finding.name, "0.1.0 to 0.2.0 was cut off" in finding.said) == ("update", True)
    assert finding.mend is not None
    with pytest.raises(CannotBe, match="is back"):
        finding.mend()
    assert check_update(load(tried.home)) == []


def test_no_further_update_before_one_that_was_cut_off_is_ended(tried: Journal) -> None:
    with pytest.raises(CannotBe, match="doctor --fix"):
        an_update(tried.home, lambda _: True).to(RELEASE)
    assert version_in(beside(tried.environment)) == OLD


def test_whatever_ends_an_update_in_its_trial_the_old_version_is_started_again(database: Path, tmp_path: Path) -> None:
    home = an_installation(database, tmp_path)

    def interrupted(_: Path) -> bool:
        if version_in(environment_of(home)) == OLD:
            return True
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        an_update(home, interrupted).to(RELEASE)
    assert_in_order(home, opened(an_installation(database, tmp_path / "expected") / "alfred.db"))
    assert version_in(environment_of(home)) == OLD


def test_a_version_that_answers_and_ends_soon_after_is_taken_back(database: Path, tmp_path: Path) -> None:
    """A service starts it again and again, so each answer is another process's."""
    home, processes = an_installation(database, tmp_path), count(1)
    dying = replace(an_update(home, lambda _: True), answering=lambda _: next(processes))
    with pytest.raises(CannotBe, match=r"0\.2\.0 is not well \(it answered, and ended soon after\); 0\.1\.0 is back"):
        dying.to(RELEASE)
    assert_in_order(home, opened(an_installation(database, tmp_path / "expected") / "alfred.db"))
    assert version_in(environment_of(home)) == OLD


@pytest.mark.parametrize("is_well", [True, False])
def test_what_no_service_keeps_is_run_for_the_trial_alone(database: Path, tmp_path: Path, is_well: bool) -> None:
    home = an_installation(database, tmp_path)
    program, pipe, noted = environment_of(home) / "bin" / "alfred", tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    program.write_text(f'#!/bin/sh\necho "$$ $@" > {pipe}\nexec sleep 600\n')
    program.chmod(0o755)

    def answering(_: Path) -> int | None:
        noted[:] = noted or pipe.read_text().split()
        return int(noted[0]) if is_well else None

    trial = replace(an_update(home, lambda _: True), service=Trial(home, environment_of(home)), answering=answering)
    with nullcontext() if is_well else pytest.raises(CannotBe, match=r"0\.1\.0 is back"):
        trial.to(RELEASE)
    assert noted[1:] == ["--home", str(home), "run", "--port", "0"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted[0]), 0)
    assert version_in(environment_of(home)) == (NEW if is_well else OLD)


def test_where_nothing_could_be_tried_the_way_back_is_said(database: Path, tmp_path: Path) -> None:
    home = an_installation(database, tmp_path / "a house")
    done = replace(an_update(home, lambda _: True), service=None).to(RELEASE)
    (command,) = [said.partition("not well: ")[2] for said in done.said if "was not tried" in said]
    subprocess.run(["sh", "-c", command], check=True)
    assert version_in(environment_of(home)) == OLD


def test_what_was_let_go_on_during_its_trial_is_not_taken_back(database: Path, tmp_path: Path) -> None:
    home = an_installation(database, tmp_path)

    def unwell(_: Path) -> bool:
        HaltSwitch(home / "HALT").resume()
        return False

    with pytest.raises(CannotBe, match=r"0\.2\.0 stays"):
        an_update(home, unwell).to(RELEASE)
    assert version_in(environment_of(home)) == NEW
    assert schema_of(home / "alfred.db")[-1] == NEW_STEP
