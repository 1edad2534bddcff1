"""A real disk that fills up, and one that can only be read, under a household: said, and recovered from."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.house import House, letter
from tests.integration.cli.conftest import run_apart

ALONE = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=48m none "$0" && exec "$@"')
READ_ONLY = (
    "unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
)  # fmt: skip
CHUNK = bytes(64 * 1024)


def can_mount(folder: Path) -> bool:
    try:
        return subprocess.run([*ALONE, str(folder), "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


class Disk:
    """The small disk of a household, which only its process sees."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._inside = Path(f"/proc/{house.pid}/root{house.home}")

    def fill(self) -> None:
        try:
            with (self._inside / "fill").open("wb", buffering=0) as file:
                while file.write(CHUNK):
                    pass
        except OSError:
            return

    def free(self) -> None:
        (self._inside / "fill").unlink(missing_ok=True)

    def state(self) -> str:
        return str(self._house.call("GET", "/api/status")["disk"]["state"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("cramped") / "home"
    home.mkdir(mode=0o700)
    if not can_mount(home):
        pytest.skip("nobody may mount a disk here")
    with House(home, within=(*ALONE, str(home))) as running:
        yield running


@pytest.fixture
def disk(house: House) -> Iterator[Disk]:
    small = Disk(house)
    yield small
    small.free()


def test_a_full_disk_is_shown_keeps_nobody_from_the_stop_and_what_came_meanwhile_is_taken_in_afterwards(
    house: House, disk: Disk
) -> None:
    assert disk.state() == "low"
    disk.fill()
    assert disk.state() == "full"
    sent = house.deliver(letter("While the disk was full", "x" * 200_000))
    refused = house.api.post("/api/sources/gmail%2Fmail/poll", json={})
    assert (refused.status_code, refused.json()["code"]) == (503, "disk_full")
    assert [house.call("POST", f"/api/{step}")["halted"] for step in ("halt", "resume")] == [True, False]
    disk.free()
    house.poll()
    assert house.sorted(sent)
    assert disk.state() == "low"


@pytest.mark.parametrize("command", ["inbox", "run", "halt"])
def test_on_a_disk_that_can_only_be_read_each_command_says_so_and_what_to_do(tmp_path: Path, command: str) -> None:
    home = made_home(tmp_path)
    ran = run_apart(home, command, within=(*READ_ONLY, str(home)))
    assert (ran.code, "read-only" in ran.err, "mount it anew" in ran.err) == (1, True, True)


def test_the_doctor_names_the_disk_and_not_the_owner(tmp_path: Path) -> None:
    home = made_home(tmp_path)
    ran = run_apart(home, "doctor", within=(*READ_ONLY, str(home)))
    assert (ran.code, f"the disk of {home} is read-only" in " ".join(ran.out.split())) == (1, True)
    assert "chown" not in ran.out


def made_home(folder: Path) -> Path:
    home = folder / "home"
    assert run_apart(home, "rules", "list").code == 0
    if not can_mount(home):
        pytest.skip("nobody may mount a disk here")
    return home
