"""What an update looks at before it touches anything."""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from daemon.settings import load
from daemon.updating import fetch_release, read_wheel
from daemon.updating.releases import version_of
from daemon.updating.signatures import check_signature, statement
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


def test_a_wheel_that_does_not_name_its_packages_by_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotBe, match=r"by their hashes \(daemon/requirements\.lock\)"):
        read_wheel(a_wheel(tmp_path, "0.9.0", packages=("domain",), lock=b"\n"))


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
    ("changes", "said"),
    [
        ({"sha256": "1" * 64}, "not what was released"),
        ({"sha256": ""}, "names no SHA-256"),
        ({"version": "7"}, "names 7, but"),
    ],
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


KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def base64_of(content: bytes) -> str:
    return b64encode(content).decode()


PUBLIC = base64_of(KEY.public_key().public_bytes_raw())


def signed(by: Ed25519PrivateKey, version: str, sha256: str) -> str:
    return base64_of(by.sign(statement(version, sha256)))


def test_a_signed_release_is_taken(channel: tuple[str, Path], tmp_path: Path) -> None:
    wheel = a_wheel(channel[1], "0.9.0", packages=("domain",))
    announce(channel[1], wheel, signature=signed(KEY, "0.9.0", read_wheel(wheel).sha256))
    assert fetch_release(channel[0], tmp_path, PUBLIC).version == "0.9.0"


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        (lambda sha256: "", "is not signed, and update.public_key asks for that"),
        (lambda sha256: "no base64", "is not signed by the key"),
        (lambda sha256: signed(OTHER, "0.9.0", sha256), "is not signed by the key"),
        (lambda sha256: signed(KEY, "0.8.0", sha256), "is not signed by the key"),
        (lambda sha256: signed(KEY, "0.9.0", "2" * 64), "is not signed by the key"),
    ],
    ids=["none", "garbled", "another's", "of another version", "of another wheel"],
)
def test_a_release_that_the_key_did_not_sign_is_refused_before_it_is_fetched(
    channel: tuple[str, Path], tmp_path: Path, signature: Callable[[str], str], said: str
) -> None:
    wheel = a_wheel(channel[1], "0.9.0", packages=("domain",))
    announce(channel[1], wheel, signature=signature(read_wheel(wheel).sha256))
    (into := tmp_path / "fetched").mkdir()
    with pytest.raises(CannotBe, match=said):
        fetch_release(channel[0], into, PUBLIC)
    assert list(into.iterdir()) == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_what_openssl_signs_as_the_manual_says_is_taken(tmp_path: Path) -> None:
    key, line = tmp_path / "release.key", tmp_path / "release.txt"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    line.write_text(f"alfred-butler 0.9.0 {'a' * 64}\n")
    words = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", str(key), "-in", str(line)]
    made = subprocess.run(words, capture_output=True, check=True).stdout
    check_signature(PUBLIC, "0.9.0", "a" * 64, base64_of(made))


@pytest.mark.parametrize("value", ["short", "AAAA", "not base64!"])
def test_a_key_that_is_none_is_refused_with_the_settings(tmp_path: Path, value: str) -> None:
    with pytest.raises(Invalid, match="Ed25519 key is needed"):
        load(tmp_path, {"update": {"public_key": value}})
