"""An update from end to end: check, back up, build beside, try, exchange, restart, verify; back again if unwell."""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
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
from daemon.updating.others import standing_still
from daemon.updating.releases import LOCK, Release, version_of
from daemon.updating.trial import STOPPED_WITHIN, Trial
from domain.errors import AlfredError, CannotBe

HEALTHY_WITHIN = 90.0
WATCHED_FOR = 20.0
LOOK_EVERY = 0.5
REASON = "an update is being tried"


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update came to: the version that runs now, and what the owner should know."""

    version: str
    said: tuple[str, ...]


def answering_elsewhere(home: Path) -> int | None:
    """Return the number of the other process that serves the household and answers; None where none does."""
    running = find_running(home)
    is_another = running is not None and running.pid != os.getpid() and answers(running.url)
    return running.pid if running is not None and is_another else None


@dataclass(frozen=True)
class Update:
    """One update of one installation. While it is tried the household is halted, so nothing is done that would be lost.

    `environment` is the folder that Alfred is installed into; `service` restarts him, or runs him for the trial alone,
    and is None where he cannot be tried. `others` are the services of further households that it keeps: those stand
    still until the new version is well.
    """

    home: Path
    environment: Path
    version: str
    run: Runner
    service: Service | Trial | None
    back_up: Callable[[Path], Path]
    tell: Callable[[str], object] = print
    patience: float = HEALTHY_WITHIN
    watch: float = WATCHED_FOR
    answering: Callable[[Path], int | None] = answering_elsewhere
    others: tuple[Service, ...] = ()
    halt: HaltSwitch = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "halt", HaltSwitch(self.home / HALT))

    def to(self, release: Release, *, again: bool = False) -> Updated:
        """Update to `release`; raise `CannotBe` where that is no step forward, or where the old version is back."""
        if version_of(release.version) <= version_of(self.version) and not again:
            raise CannotBe(f"{release.version} is not newer than {self.version}, which is installed", code="not_newer")
        with ExitStack() as alone_at_it:
            for home in self._homes:
                alone_at_it.enter_context(under_way(prepare_home(home)))
                if read_journal(home) is not None:
                    said = f"an update was cut off before; first end that: alfred --home {home} doctor --fix"
                    raise CannotBe(said, code="cut_off")
            return self._renew(release)

    def _renew(self, release: Release) -> Updated:
        check_exchange(self.environment)
        saved = [self._back_up(home) for home in self._homes]
        self.tell(f"Installing {release.version} beside {self.version}")
        copy = copy_environment(self.environment)
        self._install(copy, release)
        for home in self._homes:
            self._see_doctors(copy, home, release)
        settle_scripts(copy, copy, self.environment)
        with standing_still(self.others, self.home, STOPPED_WITHIN) as started_again:
            self._try_out(release)
        return Updated(release.version, (*saved, *self._way_back(), *self._silent(started_again)))

    def _way_back(self) -> Iterator[str]:
        here, before = self.environment, beside(self.environment)
        yield f"The version from before lies in {before}"
        if self.service is None:
            moves = (("mv", str(here), f"{here}.new"), ("mv", str(before), str(here)))
            yield f"The new one was not tried. Is it not well: {' && '.join(map(shlex.join, moves))}"

    @property
    def _homes(self) -> tuple[Path, ...]:
        return (self.home, *(each.home for each in self.others))

    def _back_up(self, home: Path) -> str:
        self.tell(f"Backing up {home}")
        if not (home / DATABASE).exists():
            return f"There was nothing to back up in {home}"
        return f"The backup from before is {self.back_up(home)}"

    def _silent(self, homes: list[Path]) -> tuple[str, ...]:
        """Wait for the households that were started again; say which of them do not answer."""
        silent = [home for home in homes if self._answers(home) is None]
        return tuple(f"{home} does not answer with it: alfred --home {home} doctor says why" for home in silent)

    def _install(self, copy: Path, release: Release) -> None:
        """Install what its lock names, by hash, then the wheel itself, also over one of the same version.

        The signature covers the wheel, the wheel holds the lock, and the lock the hashes: so nothing else comes in.
        """
        pip = (str(copy / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        lock = copy / Path(LOCK).name
        lock.write_bytes(release.lock)
        for what in (("--require-hashes", "-r", str(lock)), ("--force-reinstall", "--no-deps", str(release.wheel))):
            ran = self.run(*pip, *what)
            if ran.code:
                raise CannotBe(f"pip could not install it: {ran.err.strip() or ran.out.strip()}", code="unwell")

    def _see_doctors(self, copy: Path, home: Path, release: Release) -> None:
        """Raise `CannotBe` where the new version's doctor finds something bad that the present one does not."""
        known = self._troubles(self.environment, home)
        new = [f"{name}: {said}" for name, said in self._troubles(copy, home).items() if name not in known]
        if new:
            said = f"{release.version} was not installed, and nothing was changed; of {home} its doctor says"
            raise CannotBe(f"{said} {'; '.join(new)}", code="unwell")

    def _troubles(self, environment: Path, home: Path) -> dict[str, str]:
        """Return what the doctor of an environment finds bad; what keeps him from speaking is trouble too."""
        ran = self.run(str(environment / "bin" / "alfred"), "--home", str(home), "doctor", "--json")
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
        try:
            self._start()
            self._see_it_last()
        finally:
            if isinstance(self.service, Trial):
                self.service.stop()

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
        if not isinstance(self.service, Trial):
            self._start()

    def _stop(self) -> None:
        if self.service is not None:
            self.service.stop()

    def _start(self) -> None:
        """Start the service and wait until it answers; raise `CannotBe` where it does not."""
        if self.service is None:
            return
        self.service.start()
        if self._answers(self.home) is None:
            raise CannotBe(f"it does not answer within {self.patience:.0f} seconds", code="unwell")

    def _see_it_last(self) -> None:
        """Raise `CannotBe` where the process that answers now is not the one that answers after a while."""
        if self.service is None:
            return
        process = self._answers(self.home)
        self.tell(f"It answers; watching it for {self.watch:.0f} seconds")
        time.sleep(self.watch)
        if process is None or self._answers(self.home) != process:
            raise CannotBe("it answered, and ended soon after", code="unwell")

    def _see_it_lives(self) -> None:
        """Raise `CannotBe` where the trial has ended already, for which nobody has to wait."""
        words = self.service.last_words if isinstance(self.service, Trial) else None
        if words is not None:
            raise CannotBe(f"it ended by itself; its last words: {words}", code="unwell")

    def _answers(self, home: Path) -> int | None:
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            process = self.answering(home)
            if process is not None:
                return process
            self._see_it_lives()
            time.sleep(LOOK_EVERY)
        return None
