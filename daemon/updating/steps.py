"""An update from end to end: check, back up, build beside, try, exchange, restart, verify; back again if unwell."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from application.acting.halt import HaltSwitch
from daemon.attendance import answers
from daemon.clock import SYSTEM_CLOCK
from daemon.home import DATABASE, HALT
from daemon.running import find_running
from daemon.settings import prepare_home
from daemon.units import Runner, Service
from daemon.updating.environments import beside, check_exchange, copy_environment, exchange, settle_scripts
from daemon.updating.journal import Journal, alone, begin, read_journal, under_way
from daemon.updating.releases import Release, version_of
from domain.errors import AlfredError, CannotBe

HEALTHY_WITHIN = 90.0
STOPPED_WITHIN = 60.0
LOOK_EVERY = 0.5
REASON = "an update is being tried"


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update came to: the version that runs now, and what the owner should know."""

    version: str
    said: tuple[str, ...]


def answers_elsewhere(home: Path) -> bool:
    """Whether another process serves the household and answers."""
    running = find_running(home)
    return running is not None and running.pid != os.getpid() and answers(running.url)


@dataclass(frozen=True)
class Update:
    """One update of one installation. While it is tried the household is halted, so nothing is done that would be lost.

    `environment` is the folder that Alfred is installed into, `service` what restarts him, None where nothing does.
    """

    home: Path
    environment: Path
    version: str
    run: Runner
    service: Service | None
    back_up: Callable[[], Path]
    tell: Callable[[str], object] = print
    patience: float = HEALTHY_WITHIN
    is_well: Callable[[Path], bool] = answers_elsewhere
    halt: HaltSwitch = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "halt", HaltSwitch(self.home / HALT))

    def to(self, release: Release, *, again: bool = False) -> Updated:
        """Update to `release`; raise `CannotBe` where that is no step forward, or where the old version is back."""
        if version_of(release.version) <= version_of(self.version) and not again:
            raise CannotBe(f"{release.version} is not newer than {self.version}, which is installed", code="not_newer")
        with under_way(prepare_home(self.home)):
            if read_journal(self.home) is not None:
                raise CannotBe("an update was cut off before; first end that: alfred doctor --fix", code="cut_off")
            return self._renew(release)

    def _renew(self, release: Release) -> Updated:
        check_exchange(self.environment)
        self.tell(f"Backing up {self.home}")
        saved = self.back_up() if (self.home / DATABASE).exists() else None
        self.tell(f"Installing {release.version} beside {self.version}")
        copy = copy_environment(self.environment)
        self._install(copy, release)
        known = self._troubles(self.environment)
        new = [f"{name}: {said}" for name, said in self._troubles(copy).items() if name not in known]
        if new:
            raise CannotBe(f"{release.version} was not installed; its doctor says {'; '.join(new)}", code="unwell")
        settle_scripts(copy, copy, self.environment)
        self._try_out(release)
        kept = f"The backup from before is {saved}" if saved else "There was nothing to back up"
        return Updated(release.version, (kept, f"The version from before lies in {beside(self.environment)}"))

    def _install(self, copy: Path, release: Release) -> None:
        """Install what is needed, then the wheel itself, also over one of the same version."""
        pip = (str(copy / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        for options in (("--upgrade",), ("--force-reinstall", "--no-deps")):
            ran = self.run(*pip, *options, str(release.wheel))
            if ran.code:
                raise CannotBe(f"pip could not install it: {ran.err.strip() or ran.out.strip()}", code="unwell")

    def _troubles(self, environment: Path) -> dict[str, str]:
        """Return what the doctor of an environment finds bad; what keeps him from speaking is trouble too."""
        ran = self.run(str(environment / "bin" / "alfred"), "--home", str(self.home), "doctor", "--json")
        try:
            findings = json.loads(ran.out)["items"]
        except (ValueError, KeyError):
            return {"doctor": (ran.err or ran.out).strip()[-500:] or "he says nothing"}
        return {each["name"]: each["said"] for each in findings if each["state"] == "bad"}

    def _try_out(self, release: Release) -> None:
        """Change over and see whether the new version is well; else, whatever went wrong, go back."""
        journal = begin(self.home, self.environment, self.version, release.version)
        self.halt.begin_trial(REASON, SYSTEM_CLOCK.now())
        try:
            self._change_over(journal)
        except BaseException as error:
            self._go_back(journal)
            if not isinstance(error, AlfredError):
                raise
            said = f"{release.version} is not well ({error}); {self.version} is back"
            raise CannotBe(said, code="unwell") from error
        journal.accept()

    def _change_over(self, journal: Journal) -> None:
        self._stop()
        with alone(self.home, STOPPED_WITHIN):
            journal.save_database()
            self.tell("Changing over")
            exchange(self.environment, beside(self.environment))
        self._start()

    def _go_back(self, journal: Journal) -> None:
        if journal.is_changed_over and journal.is_accepted:
            journal.close()
            said = f"{journal.release} stays, well or not: it was let go on, and what was done since would be forgotten"
            raise CannotBe(said, code="unwell")
        with suppress(OSError):  # a terminal that was closed
            self.tell("Going back")
        self._stop()
        with alone(self.home, STOPPED_WITHIN):
            journal.go_back()
        self._start()

    def _stop(self) -> None:
        if self.service is not None:
            self.service.stop()

    def _start(self) -> None:
        """Start the service and wait until it answers; raise `CannotBe` where it does not."""
        if self.service is None:
            return
        self.service.start()
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            if self.is_well(self.home):
                return
            time.sleep(LOOK_EVERY)
        raise CannotBe(f"it does not answer within {self.patience:.0f} seconds", code="unwell")
