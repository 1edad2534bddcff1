"""An update in an environment of its own: it runs afterwards, or the version from before does."""

import json
import os
import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon import backup
from daemon.running import find_running
from daemon.units import Ran, ServiceState
from daemon.updating import Update, read_wheel
from daemon.updating.environments import copy_environment, exchange, settle_scripts
from domain.errors import CannotBe
from tests.contract.store.samples import mail
from tests.integration.backup.house import furnish
from tests.integration.updating.wheels import a_wheel

PATIENCE = 60.0
BROKEN = "\nraise RuntimeError('this release is broken')\n"
DIES = "\nDaemon.run = lambda self: (_ for _ in ()).throw(RuntimeError('dies at once'))\n"
# A release that brings the schema forward, and then dies.
A_STEP = "\ndef m900_later(db: Database) -> None:\n    _run(db, 'CREATE TABLE x (y)')\n\n\nSTEPS += (m900_later,)\n"
DIES_LATER = (
    "\n_before = Daemon.run\n\n\ndef _run(self: Daemon) -> None:\n    with household(self._settings):\n        pass\n"
    "    raise RuntimeError('dies once it has migrated')\n\n\nDaemon.run = _run\n"
)


@dataclass
class ByHand:
    """A service that is a process of this test."""

    name: str
    home: Path
    program: Path
    process: subprocess.Popen[bytes] | None = None
    is_installed: bool = True

    def start(self) -> None:
        if self.process is None or self.process.poll() is not None:
            words = [str(self.program), "--home", str(self.home), "run", "--port", "0"]
            self.process = subprocess.Popen(words, cwd=self.home, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def restart(self) -> None:
        self.stop()
        self.start()

    def install(self, program: Path) -> tuple[str, ...]:
        return ()

    def uninstall(self) -> bool:
        return False

    def state(self) -> ServiceState:
        return ServiceState(self.name, installed=True)


def run(*words: str) -> Ran:
    environment = os.environ | {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_COMPILE": "1"}
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, cwd="/")
    return Ran(ended.returncode, ended.stdout, ended.stderr)


@dataclass
class Installation:
    home: Path
    environment: Path
    service: ByHand

    def update(self, wheel: Path, patience: float = PATIENCE) -> str:
        def back_up(home: Path) -> Path:
            return backup.create(home, home / "backups")

        steps = Update(
            self.home, self.environment, self.version(), run, self.service, back_up, lambda _: None, patience, 0.1
        )
        return steps.to(read_wheel(wheel)).version

    def version(self) -> str:
        program = "from importlib.metadata import version; print(version('alfred-butler'))"
        return run(str(self.environment / "bin" / "python"), "-I", "-c", program).out.strip()

    def answers(self) -> bool:
        return find_running(self.home) is not None


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the present version, whose other packages are borrowed from this one."""
    folder = tmp_path_factory.mktemp("base")
    venv.create(folder / "venv", with_pip=True, symlinks=True)
    (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
    borrowed = [path for path in site.getsitepackages() if path.startswith(sys.prefix)]
    (packages / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    wheel = a_wheel(folder, "0.1.0")
    ran = run(str(folder / "venv" / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", str(wheel))
    assert ran.code == 0, ran.err
    return folder / "venv"


@pytest.fixture
def installation(base: Path, tmp_path: Path) -> Iterator[Installation]:
    environment = tmp_path / "venv"
    copy = copy_environment(base)
    copy.rename(environment)
    settle_scripts(environment, base, environment)
    home = furnish(tmp_path / "home")
    service = ByHand("by hand", home, environment / "bin" / "alfred")
    service.start()
    yield Installation(home, environment, service)
    service.stop()


def still_the_old(installation: Installation) -> None:
    assert installation.version() == "0.1.0"
    assert installation.answers()
    assert list(installation.home.glob("HALT*")) == []
    assert not (installation.home / "alfred.db.before-update").exists()


@pytest.mark.timeout(600)
def test_a_good_release_runs_afterwards(installation: Installation, tmp_path: Path) -> None:
    assert installation.update(a_wheel(tmp_path, "0.2.0")) == "0.2.0"
    assert installation.version() == "0.2.0"
    assert installation.answers()
    assert list(installation.home.glob("HALT*")) == []
    assert len(list((installation.home / "backups").glob("*.backup"))) == 1
    said = run(str(installation.environment / "bin" / "alfred"), "--home", str(installation.home), "doctor", "--json")
    assert [each["name"] for each in json.loads(said.out)["items"] if each["state"] == "bad"] == []


@pytest.mark.timeout(600)
def test_a_release_that_cannot_even_be_loaded_is_never_changed_to(installation: Installation, tmp_path: Path) -> None:
    assert installation.service.process is not None
    before = installation.service.process.pid
    with pytest.raises(CannotBe, match="this release is broken"):
        installation.update(a_wheel(tmp_path, "0.2.0", {"daemon/doctor/examining.py": BROKEN}))
    assert installation.service.process.pid == before
    still_the_old(installation)


@pytest.mark.timeout(600)
def test_a_package_that_is_not_the_one_that_was_released_never_comes_in(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = a_wheel(tmp_path / "mirror", "1.0", name="needed", packages=("domain",))
    monkeypatch.setenv("PIP_FIND_LINKS", str(forged.parent))
    lock = f"needed==1.0 --hash=sha256:{'0' * 64}\n".encode()
    with pytest.raises(CannotBe, match="DO NOT MATCH THE HASHES"):
        installation.update(a_wheel(tmp_path, "0.2.0", lock=lock))
    still_the_old(installation)


@pytest.mark.timeout(600)
@pytest.mark.soak
@pytest.mark.parametrize(
    "wrong",
    [{"daemon/service.py": DIES}, {"daemon/service.py": DIES_LATER, "adapters/sqlite/migrations.py": A_STEP}],
    ids=["dies at once", "dies once it has migrated"],
)
def test_a_release_that_is_not_well_is_taken_back(
    installation: Installation, tmp_path: Path, wrong: dict[str, str]
) -> None:
    with pytest.raises(CannotBe, match=r"0\.2\.0 is not well .*; 0\.1\.0 is back"):
        installation.update(a_wheel(tmp_path, "0.2.0", wrong), patience=15)
    still_the_old(installation)
    assert mail("1").id in (installation.home / "alfred.db").read_bytes().decode("latin-1")


def test_a_release_that_is_no_step_forward_is_refused(tmp_path: Path) -> None:
    wheel = a_wheel(tmp_path, "0.1.0", packages=("domain",))
    steps = Update(tmp_path, tmp_path, "0.1.0", run, None, lambda home: home, lambda _: None)
    with pytest.raises(CannotBe, match=r"0\.1\.0 is not newer than 0\.1\.0"):
        steps.to(read_wheel(wheel))


def test_two_folders_change_places(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "name").write_text(name)
    exchange(tmp_path / "one", tmp_path / "other")
    assert [(tmp_path / name / "name").read_text() for name in ("one", "other")] == ["other", "one"]
