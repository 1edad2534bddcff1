"""Services of launchd: an agent of the logged-in user (launchd.plist(5), launchctl(1))."""

from __future__ import annotations

import os
import plistlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from daemon.logging import OUTPUT
from daemon.units.commands import Ran, Runner
from daemon.units.services import Service, ServiceState
from daemon.units.systemd import unit_name
from daemon.units.templates import write_whole
from domain.errors import CannotBe

AGENTS = Path("~/Library/LaunchAgents")
PREFIX = "butler."
EXIT_SECONDS = 45
PAUSE = 0.5
LEAVING_LOOKS = int((EXIT_SECONDS + 5) / PAUSE)
SETTLING_LOOKS = int(15 / PAUSE)
# What launchctl ends with is an errno, or one of launchd's own numbers (`launchctl error CODE` says each in words).
NOT_SETTLED = (5, 37)  # of `bootstrap`, for about five seconds after `bootout`; also where the file is no good
ON_ITS_WAY = (0, 3, 36, 37, 113)  # of `bootout`: done, no such process, in progress, already, no such service
STARTED = (0, 37)  # of `kickstart`: done, in progress already
ADVICE = {
    119: "macOS keeps it switched off: System Settings → General → Login Items, allow it in the background",
    125: "nobody is logged in at this Mac's screen, and an agent runs for whoever is; log in there, then do that again",
}
CHECKLIST = (
    "An agent runs only while you are logged in. FileVault forbids automatic login: after a power cut somebody has to "
    "log in once.",
    "System Settings → Energy: prevent automatic sleeping, and start up automatically after a power failure. "
    "Whatever is missed in sleep is done once on waking.",
    "System Settings → Privacy & Security → Local Network: allow Python, if an Ollama on another machine is used.",
    "macOS asks for the key store again when Python changes: ./setup.sh gives Alfred one of his own in .python, which "
    "`brew upgrade` leaves alone. Answer “Always Allow”.",
)


@dataclass(frozen=True)
class Agent(Service):
    """One household as a LaunchAgent."""

    name: str
    run: Runner
    home: Path
    folder: Path = field(default_factory=AGENTS.expanduser)
    user: int = field(default_factory=os.getuid)
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.plist"

    @property
    def domain(self) -> str:
        return f"gui/{self.user}"

    @property
    def target(self) -> str:
        return f"{self.domain}/{self.name}"

    @property
    def is_installed(self) -> bool:
        return self.file.exists()

    def install(self, program: Path) -> tuple[str, ...]:
        other = home_of(self.file)
        if other is not None and other != self.home:
            raise CannotBe(f"{self.name} keeps {other} already; choose another name with --name")
        return (*self.put(program), *CHECKLIST)

    def form(self, program: Path) -> dict[str, object]:
        """Return what its property list is to say."""
        return agent_form(self.name, program, self.home)

    def put(self, program: Path) -> tuple[str, ...]:
        """Put the property list in the place of an older one, and load it."""
        self._unload()
        (self.home / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.file, plistlib.dumps(self.form(program)), 0o644)
        self._load()
        return (f"Written: {self.file}",)

    def uninstall(self) -> bool:
        self._unload()
        existed = self.file.exists()
        self.file.unlink(missing_ok=True)
        return existed

    def start(self) -> None:
        self._must_be_there()
        if self._is_loaded():
            self._kick()
        else:
            self._load()

    def stop(self) -> None:
        """Unload it: whatever is merely ended would be started again at once. It comes back at the next login."""
        self._must_be_there()
        self._unload()

    def restart(self) -> None:
        self._must_be_there()
        if self._is_loaded():
            self._kick("-k")
        else:
            self._load()

    def state(self) -> ServiceState:
        said = self.run("launchctl", "print", self.target)
        state = re.search(r"^\s*state = (.+)$", said.out, re.MULTILINE)
        pid = re.search(r"^\s*pid = (\d+)$", said.out, re.MULTILINE)
        runs = re.search(r"^\s*runs = (\d+)$", said.out, re.MULTILINE)
        return ServiceState(
            self.name,
            installed=self.is_installed,
            enabled=self.is_installed,
            active=state[1] if state and not said.code else "not loaded",
            pid=int(pid[1]) if pid else None,
            restarts=max(int(runs[1]) - 1, 0) if runs else 0,
        )

    def may_write(self, folder: Path) -> bool:
        """An agent writes wherever its user may."""
        return True

    def what_walls_lack(self) -> str:
        """An agent has no walls, and none are promised."""
        return ""

    def remains(self) -> tuple[str, ...]:
        return ()

    def is_outdated(self, program: Path) -> bool:
        written = plistlib.dumps(self.form(program))
        return program_of(self.file) == program and self.file.read_bytes() != written

    def renew(self, program: Path) -> None:
        """Unload it too: launchd goes on with what it loaded, also through a restart."""
        self._unload()
        write_whole(self.file, plistlib.dumps(self.form(program)), 0o644)

    def _must_be_there(self) -> None:
        if not self.is_installed:
            raise CannotBe(f"{self.name} is not installed; alfred install", code="not_installed")

    def _is_loaded(self) -> bool:
        return self.run("launchctl", "print", self.target).code == 0

    def _unload(self) -> None:
        """Unload it, and wait until it is gone: `bootout` returns while the process is still ending."""
        if not self._is_loaded():
            return
        ran = self.run("launchctl", "bootout", self.target)
        if ran.code not in ON_ITS_WAY:
            raise _refused("bootout", ran)
        for _ in range(LEAVING_LOOKS):
            if not self._is_loaded():
                return
            self.pause(PAUSE)
        raise CannotBe(f"{self.name} does not end; `launchctl print {self.target}` says more", code="service_failed")

    def _load(self) -> None:
        """Load it; whether it is loaded is what launchd knows afterwards, whatever the command said."""
        self.run("launchctl", "enable", self.target)
        for _ in range(SETTLING_LOOKS):
            ran = self.run("launchctl", "bootstrap", self.domain, str(self.file))
            if self._is_loaded():
                return
            if ran.code not in NOT_SETTLED:
                break
            self.pause(PAUSE)
        raise _refused("bootstrap", ran)

    def _kick(self, *how: str) -> None:
        ran = self.run("launchctl", "kickstart", *how, self.target)
        if ran.code not in STARTED:
            raise _refused("kickstart", ran)


def _refused(verb: str, ran: Ran) -> CannotBe:
    """Return what launchd objected to, with what to do where that is known."""
    said = (ran.err or ran.out).strip() or f"it ended with code {ran.code}, and launchd does not know the service"
    advice = f"; {ADVICE[ran.code]}" if ran.code in ADVICE else ""
    return CannotBe(f"launchctl {verb}: {said}{advice}", code="service_failed")


def agent_form(name: str, program: Path, home: Path) -> dict[str, object]:
    """Return the agent's property list."""
    return {
        **kept_alive(name, [str(program), "--home", str(home), "run"], home / "logs", OUTPUT),
        "WorkingDirectory": str(home),
        "EnvironmentVariables": {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PYTHONUNBUFFERED": "1"},
    }


def kept_alive(name: str, words: list[str], logs: Path, output: tuple[str, str]) -> dict[str, object]:
    """Return what every agent is told: to start `words` at login and whenever they end, at most every ten seconds."""
    return {
        "Label": name,
        "ProgramArguments": words,
        "RunAtLoad": True,
        "KeepAlive": True,
        "ThrottleInterval": 10,
        "ExitTimeOut": EXIT_SECONDS,
        "Umask": 0o077,
        "HardResourceLimits": {"Core": 0},
        "StandardOutPath": str(logs / output[0]),
        "StandardErrorPath": str(logs / output[1]),
    }


def home_of(file: Path) -> Path | None:
    """Return the data folder that an agent is about; None for no file, or one that is not ours."""
    return named_after(file, "--home")


def named_after(file: Path, option: str) -> Path | None:
    """Return the path that an agent hands to its program with an option; None for no file, or one without it."""
    try:
        words = plistlib.loads(file.read_bytes())["ProgramArguments"]
        return Path(words[words.index(option) + 1])
    except (OSError, ValueError, KeyError, plistlib.InvalidFileException):
        return None


def program_of(file: Path) -> Path | None:
    """Return the program that an agent starts; None for no file, or one that is not ours."""
    try:
        return Path(plistlib.loads(file.read_bytes())["ProgramArguments"][0])
    except (OSError, ValueError, KeyError, plistlib.InvalidFileException):
        return None


def agent(home: Path, run: Runner, folder: Path, name: str = "") -> Agent:
    """Return the agent of a data folder: the one that is installed, else the one that would be."""
    for file in sorted(folder.glob(f"{PREFIX}alfred*.plist")):
        if home_of(file) == home and not name:
            return Agent(file.stem, run, home, folder)
    return Agent(PREFIX + unit_name(home, name), run, home, folder)
