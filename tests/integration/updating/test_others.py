"""Two households on one installation: an update of one never lets the other meet a version that is taken back."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.sqlite.snapshot import copy_database, schema_of
from daemon.doctor.folder import check_update
from daemon.household import household
from daemon.opening import UPDATE_ELSEWHERE, UPDATE_NOTE
from daemon.settings import load
from daemon.units import Ran, ServiceState
from daemon.updating import refuse_strangers
from daemon.updating.cut_off import mend
from daemon.updating.others import awaited
from domain.errors import CannotBe, StoreLocked
from tests.integration.backup.house import furnish
from tests.integration.updating.tiny import (
    NEW,
    NEW_STEP,
    OLD,
    RELEASE,
    Days,
    an_update,
    as_version,
    environment_of,
    prepare,
    version_in,
)
from tests.unit.daemon.units.machine import Machine


@dataclass
class Neighbour(Days):
    """The service of another household; remembers what became of it, and which version it was started with."""

    runs: bool = True
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.told.append(f"start {version_in(environment_of(self.home))}")
        with as_version(environment_of(self.home)), household(load(self.home)):
            self.runs = True

    def stop(self) -> None:
        self.told.append("stop")
        self.runs = False

    def state(self) -> ServiceState:
        return ServiceState(self.name, installed=True, pid=1 if self.runs else None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = furnish(tmp_path / "home")
    prepare(home)
    return home


@pytest.fixture
def neighbour(home: Path) -> Neighbour:
    other = home.with_name("neighbour")
    other.mkdir(mode=0o700)
    copy_database(home / "alfred.db", other / "alfred.db")
    return Neighbour("neighbour", other)


def schema_in(home: Path) -> str:
    return schema_of(home / "alfred.db")[-1]


def test_the_other_household_stands_still_until_the_new_version_is_well(home: Path, neighbour: Neighbour) -> None:
    tried: set[bool] = set()

    def is_well(asked: Path) -> bool:
        if asked == home:
            tried.add(neighbour.runs)
            with pytest.raises(CannotBe, match=f"the update that {home} tries has not ended"):
                neighbour.start()
        return True

    done = an_update(home, is_well, (neighbour,)).to(RELEASE)
    assert (tried, neighbour.told[0], neighbour.told[-1]) == ({False}, "stop", f"start {NEW}")
    assert [schema_in(each) for each in (home, neighbour.home)] == [NEW_STEP, NEW_STEP]
    assert not (neighbour.home / UPDATE_ELSEWHERE).exists()
    assert sum("backup from before" in said for said in done.said) == 2


def test_what_is_taken_back_never_met_the_other_household(home: Path, neighbour: Neighbour) -> None:
    before = schema_in(neighbour.home)
    with pytest.raises(CannotBe, match=r"0\.1\.0 is back"):
        an_update(home, lambda _: version_in(environment_of(home)) == OLD, (neighbour,)).to(RELEASE)
    assert neighbour.told == ["stop", f"start {OLD}"]
    assert schema_in(neighbour.home) == before


def test_a_household_that_stood_still_before_stands_still_afterwards(home: Path, neighbour: Neighbour) -> None:
    neighbour.runs = False
    an_update(home, lambda _: True, (neighbour,)).to(RELEASE)
    assert neighbour.told == []


def test_a_household_that_does_not_answer_afterwards_is_named(home: Path, neighbour: Neighbour) -> None:
    done = an_update(home, lambda asked: asked == home, (neighbour,)).to(RELEASE)
    assert f"{neighbour.home} does not answer with it" in done.said[-1]


def test_a_household_that_runs_by_hand_keeps_the_installation_as_it_is(
    home: Path, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.updating.steps.STOPPED_WITHIN", 0.0)
    neighbour.runs = False
    with household(load(neighbour.home)), pytest.raises(StoreLocked):
        an_update(home, lambda _: True, (neighbour,)).to(RELEASE)
    assert version_in(environment_of(home)) == OLD
    assert not (home / UPDATE_NOTE).exists()


PROCESSES = """\
    1 root     /sbin/init
  700 jo       /opt/alfred/.venv/bin/python /opt/alfred/.venv/bin/alfred --home /home/jo/.alfred run
  701 anna     /opt/alfred/.venv/bin/python /opt/alfred/.venv/bin/alfred --home /home/anna/my house run
  702 ben      /opt/alfred/.venv/bin/python /opt/alfred/.venv/bin/alfred run --port 9000
  703 carl     /home/carl/alfred/.venv/bin/python /home/carl/alfred/.venv/bin/alfred run
  704 root     sudo /opt/alfred/.venv/bin/alfred --home /home/jo/.alfred update
  705 root     grep /opt/alfred/.venv/bin/alfred run.log
  706 dora     /opt/alfred/.venv/bin/python3.11 /opt/alfred/.venv/bin/alfred ask when do we run
"""
BY_HAND = (
    "/opt/alfred/.venv/bin/python /home/eve/.local/bin/alfred run",
    "/opt/alfred/.venv/bin/python3.11 .venv/bin/alfred run --port=9000",
    "/opt/alfred/.venv/bin/python alfred --home=/home/eve/my house run",
    "/opt/alfred/.venv/bin/python -u -m daemon.cli.main --home /home/eve/.alfred run",
    "/usr/bin/Python.app/Python /opt/alfred/.venv/bin/alfred run",
)


def test_daemons_of_other_users_are_named_before_their_program_changes_beneath_them(neighbour: Neighbour) -> None:
    machine = Machine({("ps",): Ran(0, PROCESSES)})
    kept = Days("days", neighbour.home, pid=700)
    with pytest.raises(CannotBe, match=r"^process 701 of anna, process 702 of ben would run on"):
        refuse_strangers(Path("/opt/alfred/.venv/bin/alfred"), (kept,), machine)
    machine.answers[("ps",)] = Ran(0, PROCESSES.replace("  701 anna", "  700 anna").replace("  702 ben", "  700 ben"))
    refuse_strangers(Path("/opt/alfred/.venv/bin/alfred"), (kept,), machine)


@pytest.mark.parametrize("called", BY_HAND)
def test_a_daemon_is_known_however_it_was_called(called: str) -> None:
    machine = Machine({("ps",): Ran(0, f"  710 eve      {called}\n")})
    with pytest.raises(CannotBe, match=r"^process 710 of eve"):
        refuse_strangers(Path("/opt/alfred/.venv/bin/alfred"), (), machine)


def test_a_daemon_is_known_where_the_installation_is_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "alfred").symlink_to("/opt/alfred")
    machine = Machine({("ps",): Ran(0, f"  710 eve      {BY_HAND[0]}\n")})
    with pytest.raises(CannotBe, match=r"^process 710 of eve"):
        refuse_strangers(tmp_path / "alfred/.venv/bin/alfred", (), machine)


@pytest.fixture
def waiting(home: Path, neighbour: Neighbour) -> Neighbour:
    """A household whose machine lost its power while its neighbour tried a new version."""
    (neighbour.home / UPDATE_ELSEWHERE).write_text(str(home))
    (home / UPDATE_NOTE).write_text("{}")
    neighbour.runs = False
    return neighbour


def test_after_a_power_cut_the_other_household_waits_and_then_begins_anew(home: Path, waiting: Neighbour) -> None:
    (finding,) = check_update(load(waiting.home))
    assert (finding.state, f"alfred --home {home} doctor --fix" in finding.advice) == ("bad", True)
    with pytest.raises(CannotBe, match="has not ended"):
        waiting.start()
    (home / UPDATE_NOTE).unlink()
    with pytest.raises(CannotBe, match="has ended; run that again"):
        waiting.start()
    waiting.start()
    assert waiting.runs


def test_a_household_that_is_gone_is_not_waited_for(waiting: Neighbour) -> None:
    (waiting.home / UPDATE_ELSEWHERE).write_text(str(waiting.home / "gone"))
    assert awaited(waiting.home) is None


def test_a_household_of_another_user_is_waited_for_since_nobody_can_tell(
    home: Path, waiting: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr("daemon.updating.others.is_under_way", closed)
    assert awaited(waiting.home) == home


def test_who_ends_an_update_lets_the_others_go_on(home: Path, waiting: Neighbour) -> None:
    (home / UPDATE_NOTE).unlink()
    mend(home, Days("days", home, is_installed=False), (waiting,))
    assert waiting.runs
    assert not (waiting.home / UPDATE_ELSEWHERE).exists()
