"""What an update looks at before it touches anything."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from daemon.updating import fetch_release, read_wheel
from daemon.updating.releases import version_of
from domain.errors import CannotBe, Invalid
from tests.integration.updating.wheels import a_wheel


def test_a_wheel_says_what_it_is(tmp_path: Path) -> None:
    wheel = a_wheel(tmp_path, "0.9.0", packages=("domain",))
    release = read_wheel(wheel)
    assert (release.version, read_wheel(wheel, release.sha256.upper())) == ("0.9.0", release)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "another"}, "is another, not alfred-butler"),
        ({"python": ">=3.99"}, "needs Python >=3.99"),
        ({"python": ">=3.8, <3.10"}, "needs Python"),
    ],
)
def test_a_wheel_that_is_not_for_here_is_refused(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    wheel = a_wheel(tmp_path, "0.9.0", packages=("domain",), **changes)  # type: ignore[arg-type]
    with pytest.raises(CannotBe, match=said):
        read_wheel(wheel)


def test_a_wheel_of_another_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotBe, match="not what was released"):
        read_wheel(a_wheel(tmp_path, "0.9.0", packages=("domain",)), "0" * 64)


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    wheel = a_wheel(tmp_path, "0.9.0", packages=("domain",))
    wheel.write_bytes(wheel.read_bytes()[:-100])
    with pytest.raises(CannotBe, match="is no wheel"):
        read_wheel(wheel)


@pytest.mark.parametrize(("older", "newer"), [("0.9.0", "0.10.0"), ("1.0", "1.0.1"), ("0.1.0", "1")])
def test_versions_are_compared_as_numbers(older: str, newer: str) -> None:
    assert version_of(older) < version_of(newer)


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A release channel, and the folder that it serves."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/release.json", folder
    server.shutdown()
    thread.join()
    server.server_close()


def announce(folder: Path, wheel: Path, **changes: str) -> None:
    release = read_wheel(wheel)
    form = {"version": release.version, "wheel": wheel.name, "sha256": release.sha256}
    (folder / "release.json").write_text(json.dumps(form | changes))


def test_a_channel_leads_to_its_wheel(channel: tuple[str, Path], tmp_path: Path) -> None:
    announce(channel[1], a_wheel(channel[1], "0.9.0", packages=("domain",)))
    assert fetch_release(channel[0], tmp_path).version == "0.9.0"


@pytest.mark.parametrize(
    ("changes", "said"), [({"sha256": "1" * 64}, "not what was released"), ({"version": "7"}, "names 7, but")]
)
def test_a_channel_that_is_not_true_is_refused(
    channel: tuple[str, Path], tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    announce(channel[1], a_wheel(channel[1], "0.9.0", packages=("domain",)), **changes)
    with pytest.raises(CannotBe, match=said):
        fetch_release(channel[0], tmp_path)


def test_a_channel_is_https(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="https"):
        fetch_release("http://example.org/release.json", tmp_path)
