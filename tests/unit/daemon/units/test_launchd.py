"""Agents of launchd: the property list against the keys that launchd knows, and what launchctl is told."""

import plistlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.units.commands import Ran
from daemon.units.launchd import CHECKLIST, Agent, agent, agent_form, home_of
from domain.errors import CannotBe
from tests.unit.daemon.units.machine import Machine

# launchd.plist(5), macOS 15: the type of each key that Alfred may use.
KNOWN: dict[str, type | tuple[type, ...]] = {
    "Label": str,
    "ProgramArguments": list,
    "WorkingDirectory": str,
    "RunAtLoad": bool,
    "KeepAlive": (bool, dict),
    "ThrottleInterval": int,
    "ExitTimeOut": int,
    "Umask": int,
    "HardResourceLimits": dict,
    "SoftResourceLimits": dict,
    "StandardOutPath": str,
    "StandardErrorPath": str,
    "EnvironmentVariables": dict,
    "ProcessType": str,
    "Nice": int,
}
RESOURCES = {"Core", "CPU", "Data", "FileSize", "MemoryLock", "NumberOfFiles", "NumberOfProcesses", "ResidentSetSize"}
PRINTED = "butler.alfred = {\n\tstate = running\n\truns = 3\n\tpid = 4711\n}\n"
SETTLES = 5.0
GONE = Ran(113, "", 'Could not find service "butler.alfred" in domain for user gui: 501')


@dataclass
class Launchd(Machine):
    """A launchd that takes its time: a job ends some seconds after `bootout`, and its label is free some later."""

    loaded: bool = False
    ends_after: float = 0.0
    now: float = 0.0
    says: dict[str, Ran] = field(default_factory=dict)
    gone_at: float = -SETTLES

    def __call__(self, *words: str) -> Ran:
        super().__call__(*words)
        verb = words[1]
        if verb == "print":
            return Ran(0, PRINTED) if self.loaded or self.now < self.gone_at else GONE
        if verb == "bootout":
            self.loaded, self.gone_at = False, self.now + self.ends_after
        if verb in self.says:
            return self.says[verb]
        if verb == "bootstrap":
            if self.now < self.gone_at + SETTLES:
                return Ran(5, "", "Bootstrap failed: 5: Input/output error")
            self.loaded = True
        return Ran()

    def pause(self, seconds: float) -> None:
        self.now += seconds


def an_agent(tmp_path: Path, machine: Launchd) -> Agent:
    home = tmp_path / ".alfred"
    home.mkdir(exist_ok=True)
    made = agent(home, machine, tmp_path / "LaunchAgents")
    return Agent(made.name, machine, home, made.folder, user=501, pause=machine.pause)


@pytest.mark.parametrize("home", ["/Users/jo/.alfred", "/Users/jo & co/<alfred>", "/Users/ünï/100% $HOME"])
def test_every_key_is_one_that_launchd_knows_and_of_its_type(home: str) -> None:
    form = plistlib.loads(plistlib.dumps(agent_form("butler.alfred", Path("/opt/alfred"), Path(home))))
    wrong = {name: value for name, value in form.items() if not isinstance(value, KNOWN.get(name, ()))}
    assert wrong == {}
    assert form["ProgramArguments"] == ["/opt/alfred", "--home", home, "run"]
    assert all(isinstance(word, str) for word in form["ProgramArguments"])
    assert set(form["HardResourceLimits"]) <= RESOURCES
    assert all(isinstance(value, str) for value in form["EnvironmentVariables"].values())


def test_an_agent_runs_at_login_and_is_kept_alive_but_not_in_a_frenzy() -> None:
    form = agent_form("butler.alfred", Path("/opt/alfred"), Path("/Users/jo/.alfred"))
    assert (form["RunAtLoad"], form["KeepAlive"], form["ThrottleInterval"]) == (True, True, 10)
    assert str(form["StandardErrorPath"]).endswith(".alfred/logs/launchd.err")


def test_installing_writes_the_agent_and_loads_it(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    said = made.install(Path("/opt/alfred"))
    assert machine.told == ["launchctl enable gui/501/butler.alfred", f"launchctl bootstrap gui/501 {made.file}"]
    assert home_of(made.file) == tmp_path / ".alfred"
    assert said[1:] == CHECKLIST


@pytest.mark.parametrize("ends_after", [0.0, 3.0, 45.0])
def test_an_older_version_is_unloaded_first_and_has_ended_before_the_new_one_starts(
    tmp_path: Path, ends_after: float
) -> None:
    machine = Launchd(loaded=True, ends_after=ends_after)
    an_agent(tmp_path, machine).install(Path("/opt/alfred"))
    assert machine.told[0] == "launchctl bootout gui/501/butler.alfred"
    assert (machine.loaded, machine.now) == (True, ends_after + SETTLES)


def test_a_job_that_never_ends_is_not_waited_for_without_end(tmp_path: Path) -> None:
    machine = Launchd(loaded=True, ends_after=1e9)
    with pytest.raises(CannotBe, match=r"butler\.alfred does not end"):
        an_agent(tmp_path, machine).install(Path("/opt/alfred"))
    assert machine.now < 90


def test_what_stops_is_gone_when_the_command_returns(tmp_path: Path) -> None:
    machine = Launchd(ends_after=20.0)
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    made.stop()
    assert made.state().active == "not loaded"


@pytest.mark.parametrize(
    ("says", "match"),
    [
        (Ran(5, "", "Bootstrap failed: 5: Input/output error"), "Input/output error"),
        (Ran(119, "", "Bootstrap failed: 119: Service is disabled"), "Login Items"),
        (Ran(125, "", "Bootstrap failed: 125: Domain does not support specified action"), "log in there"),
        (Ran(), "launchd does not know the service"),
    ],
)
def test_what_launchd_does_not_load_never_passes_for_a_service(tmp_path: Path, says: Ran, match: str) -> None:
    machine = Launchd(says={"bootstrap": says})
    with pytest.raises(CannotBe, match=match):
        an_agent(tmp_path, machine).install(Path("/opt/alfred"))
    assert an_agent(tmp_path, machine).state().active == "not loaded"


@pytest.mark.parametrize("code", [3, 36, 113])
def test_one_that_is_on_its_way_out_may_be_sent_away_again(tmp_path: Path, code: int) -> None:
    machine = Launchd(ends_after=3.0)
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    machine.says["bootout"] = Ran(code)
    made.stop()
    assert made.state().active == "not loaded"


def test_one_that_is_starting_already_counts_as_started(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    machine.says["kickstart"] = Ran(37, "", "Could not kickstart service: 37: Operation already in progress")
    made.start()
    machine.says["kickstart"] = Ran(113, "", "Could not find service")
    with pytest.raises(CannotBe, match="Could not find service"):
        made.restart()


def test_stopping_unloads_it_and_starting_loads_it(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    machine.asked.clear()
    made.stop()
    machine.pause(SETTLES)
    made.start()
    assert machine.told == [
        "launchctl bootout gui/501/butler.alfred",
        "launchctl enable gui/501/butler.alfred",
        f"launchctl bootstrap gui/501 {made.file}",
    ]


def test_restarting_ends_the_process_and_starts_it_anew(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    machine.asked.clear()
    made.restart()
    assert machine.told == ["launchctl kickstart -k gui/501/butler.alfred"]


def test_what_is_not_installed_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(CannotBe, match="alfred install"):
        an_agent(tmp_path, Launchd()).start()


def test_the_state_is_what_launchd_prints(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    state = made.state()
    assert (state.active, state.pid, state.restarts, state.installed) == ("running", 4711, 2, True)


def test_uninstalling_leaves_the_data(tmp_path: Path) -> None:
    machine = Launchd()
    made = an_agent(tmp_path, machine)
    made.install(Path("/opt/alfred"))
    assert [made.uninstall(), made.uninstall()] == [True, False]
    assert made.home.exists()


def test_the_agent_of_a_folder_is_found_again_whatever_it_was_called(tmp_path: Path) -> None:
    machine = Launchd()
    home = tmp_path / ".alfred"
    home.mkdir()
    agent(home, machine, tmp_path / "LaunchAgents", "jo").install(Path("/opt/alfred"))
    assert agent(home, machine, tmp_path / "LaunchAgents").name == "butler.alfred-jo"


def test_a_list_of_an_older_version_is_written_anew_and_loaded_at_the_next_start(tmp_path: Path) -> None:
    machine, program = Launchd(), Path("/opt/alfred")
    agent = an_agent(tmp_path, machine)
    agent.install(program)
    fresh = agent.is_outdated(program)
    form = agent_form(agent.name, program, agent.home)
    agent.file.write_bytes(plistlib.dumps(form | {"ExitTimeOut": 1}))
    assert (fresh, agent.is_outdated(program), agent.is_outdated(Path("/other"))) == (False, True, False)
    agent.renew(program)
    assert (plistlib.loads(agent.file.read_bytes()), machine.loaded) == (form, False)
    agent.restart()
    assert machine.loaded
