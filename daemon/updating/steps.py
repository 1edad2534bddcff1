"""An update from end to end: check, back up, build beside, try, exchange, restart, verify; back again if unwell."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adapters.sqlite.snapshot import copy_database, schema_of
from application.acting.halt import HaltSwitch
from daemon.attendance import answers
from daemon.running import find_running
from daemon.units import Runner, Service
from daemon.updating.environments import beside, copy_environment, exchange, settle_scripts
from daemon.updating.releases import Release, version_of
from domain.errors import AlfredError, CannotBe

HEALTHY_WITHIN = 90.0
LOOK_EVERY = 0.5
BEFORE = "alfred.db.before-update"
REASON = "an update is being tried"


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update came to: the version that runs now, and what the owner should know."""

    version: str
    said: tuple[str, ...]


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
    halt: HaltSwitch = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "halt", HaltSwitch(self.home / "HALT"))

    def to(self, release: Release, *, again: bool = False) -> Updated:
        """Update to `release`; raise `CannotBe` where that is no step forward, or where the old version is back."""
        if version_of(release.version) <= version_of(self.version) and not again:
            raise CannotBe(f"{release.version} is not newer than {self.version}, which is installed", code="not_newer")
        self.tell(f"Backing up {self.home}")
        saved = self.back_up() if (self.home / "alfred.db").exists() else None
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
        """Exchange the two environments and see whether the new one is well; else exchange them back."""
        self.halt.begin_trial(REASON, datetime.now(UTC))
        database = self.home / "alfred.db"
        self._stop()
        try:
            self._save_database(database)
            self.tell("Changing over")
            exchange(self.environment, beside(self.environment))
            try:
                self._start()
            except AlfredError as error:
                self._go_back(database)
                raise CannotBe(
                    f"{release.version} is not well ({error}); {self.version} is back", code="unwell"
                ) from error
            (self.home / BEFORE).unlink(missing_ok=True)
        finally:
            self.halt.end_trial()

    def _save_database(self, database: Path) -> None:
        (self.home / BEFORE).unlink(missing_ok=True)
        if database.exists():
            copy_database(database, self.home / BEFORE)

    def _go_back(self, database: Path) -> None:
        self.tell("Going back")
        self._stop()
        exchange(self.environment, beside(self.environment))
        before = self.home / BEFORE
        if before.exists() and schema_of(before) != schema_of(database):
            for name in ("-wal", "-shm"):
                database.with_name(database.name + name).unlink(missing_ok=True)
            before.rename(database)
        before.unlink(missing_ok=True)
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
            running = find_running(self.home)
            if running is not None and running.pid != os.getpid() and answers(running.url):
                return
            time.sleep(LOOK_EVERY)
        raise CannotBe(f"it does not answer within {self.patience:.0f} seconds", code="unwell")
