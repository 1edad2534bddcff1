"""A folder of odd mails, served as Gmail by `python -m sandbox google --maildir`, is taken in whole."""

import json
import os
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.google import PROVIDER
from daemon.cli import main as cli
from tests.integration.cli.conftest import run_alfred
from tests.integration.cli.test_sign_in import Paster

DATA = Path(os.environ.get("ALFRED_CORPORA") or Path(__file__).parents[4] / "shared" / "data")
ARCHIVE = DATA / "mail" / "spamassassin.tar.xz"
ODD = {
    "plain": b"From: a@b.example\r\nSubject: Plain\r\n\r\nHello.\r\n",
    "no-headers": b"just some words\r\n",
    "no-body": b"From: a@b.example\r\nSubject: Nothing\r\n\r\n",
    "bare-lf": b"From: a@b.example\nSubject: Bare\n\nHello.\n",
    "no-date": b"From: a@b.example\r\nDate: the day after tomorrow\r\nSubject: When\r\n\r\nSoon.\r\n",
    "wrong-charset": b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-42\r\n\r\n\xff\xfe caf\xe9\r\n",
    "nul": b"From: a@b.example\r\nSubject: N\x00l\r\n\r\na\x00b\r\n",
    "many-parentheses": b"From: a@b.example\r\nTo: " + b"(" * 5000 + b"\r\nSubject: Deep\r\n\r\nx\r\n",
    "many-people": b"From: a@b.example\r\nTo: "
    + b", ".join(b"p%d@c.example" % n for n in range(3000))
    + b"\r\n\r\nx\r\n",
    "open-ended": b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n\r\nnever closed',
    "broken-base64": b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!\r\n",
    "surrogates": "From: \ud800 <a@b.example>\r\nSubject: x\r\n\r\n".encode("utf-8", "surrogatepass"),
}


class Hurry:
    """A clock that Alfred's waiting moves, so that pacing by Google's quota takes no time."""

    def __init__(self) -> None:
        self._slept = 0.0

    def clock(self) -> float:
        return time.monotonic() + self._slept

    def sleep(self, seconds: float) -> None:
        self._slept += seconds


@contextmanager
def served(folder: Path, home: Path) -> Iterator[None]:
    """Serve a folder of mails from a process of its own, and point a household at it."""
    command = [sys.executable, "-m", "sandbox", "google", "--maildir", str(folder), "--quota", "off"]
    root = Path(cli.__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as server:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        installed = told["client_config"]["installed"]
        home.mkdir(mode=0o700)
        lines = [f'{key} = "{installed[key]}"' for key in ("client_id", "client_secret", "auth_uri", "token_uri")]
        settings = ["[google]", *lines, f'api_endpoint = "{told["base_url"]}"', "[poll]", "first_limit = 500"]
        (home / "config.toml").write_text("\n".join(settings))
        yield
        server.terminate()


def _taken_in(home: Path) -> Iterator[dict[str, Any]]:
    from daemon.cli.client import open_api
    from daemon.cli.ids import walk
    from daemon.settings import load

    with open_api(load(home)) as api:
        yield from walk(api, "/api/messages")


def test_odd_mails_are_taken_in_or_set_aside_and_none_raises(tmp_path: Path) -> None:
    folder, home = tmp_path / "odd", tmp_path / "home"
    folder.mkdir()
    for name, content in ODD.items():
        (folder / f"{name}.eml").write_bytes(content)
    with served(folder, home):
        ran = run_alfred(home, ["connect", "google", "--no-browser"], Paster())
        assert (ran.code, ran.err) == (0, "")
        again = run_alfred(home, ["poll", "--json"])
        assert {taken["new"] for taken in again.items} == {0}
    assert len(list(_taken_in(home))) == len(ODD)
    assert "Traceback" not in run_alfred(home, ["inbox"]).out


@pytest.mark.corpus
@pytest.mark.skipif(not ARCHIVE.exists(), reason="the corpora are not here")
def test_a_public_sample_is_taken_in_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry = Hurry()
    monkeypatch.setattr(PROVIDER, "_sleep", hurry.sleep)
    monkeypatch.setattr(PROVIDER, "_clock", hurry.clock)
    folder, home = tmp_path / "sample", tmp_path / "home"
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    files = [file for file in folder.rglob("*") if file.is_file()]
    with served(folder, home):
        ran = run_alfred(home, ["connect", "google", "--no-browser"], Paster())
        assert (ran.code, ran.err) == (0, "")
        filled = run_alfred(home, ["backfill", "gmail/mail", "--months", "600"])
        assert (filled.code, filled.err) == (0, "")
    messages = list(_taken_in(home))
    made = Counter(message["classification"]["category"] for message in messages if message["classification"])
    with capsys.disabled():
        print(f"\n{len(files)} files served, {len(messages)} taken in; the local brain says {dict(made.most_common())}")
    assert len(messages) == len(files)
    assert sum(made.values()) == len(files)
