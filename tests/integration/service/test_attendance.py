"""What systemd hears: ready once requests are answered, alive while Alfred is well, stopping at the end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Semaphore, Thread

import httpx
import pytest

from daemon import attendance
from daemon.attendance import answers, attended, near, notify, watchdog_seconds
from daemon.running import find_running, listening

ROOT = Path(__file__).parents[3]
PATIENCE = 90.0


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket on which systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "300000")
        yield listener


def heard(listener: socket.socket, wanted: str) -> list[str]:
    """Listen until `wanted` is said; return all that was said up to then."""
    said = [listener.recv(4096).decode()]
    while wanted not in said[-1]:
        said.append(listener.recv(4096).decode())
    return said


def test_a_daemon_says_that_it_is_ready_alive_and_stopping(systemd: socket.socket, tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "daemon.cli.main", "--home", str(home), "run", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        first = heard(systemd, "READY=1")
        running = find_running(home)
        assert running is not None
        assert httpx.get(f"{running.url}/api/health", trust_env=False).json() == {"status": "ok"}
        assert len(first) == 1
        heard(systemd, "WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        heard(systemd, "STOPPING=1")
        assert process.wait(PATIENCE) == 0


def test_the_watchdog_is_fed_only_while_alfred_is_well(systemd: socket.socket) -> None:
    is_well = Event()
    is_well.set()
    with a_server() as url, attended(url, is_well.is_set):
        heard(systemd, "WATCHDOG=1")
        is_well.clear()
        said = heard(systemd, "Not well")
        after = [systemd.recv(4096).decode() for _ in range(3)]
    assert set(said) <= {"WATCHDOG=1", "STATUS=Not well"}
    assert after == ["STATUS=Not well"] * 3


def test_who_hangs_where_no_systemd_watches_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    monkeypatch.setattr(attendance, "UNWELL_SECONDS", 0.1)
    is_well, asked, ended = Event(), Semaphore(0), Event()
    is_well.set()

    def works() -> bool:
        asked.release()
        return is_well.is_set()

    with a_server() as url, attended(url, works, ended.set):
        for _ in range(8):
            assert asked.acquire(timeout=PATIENCE)
        was_ended = ended.is_set()
        is_well.clear()
        assert ended.wait(PATIENCE)
    assert not was_ended


def test_whom_systemd_watches_is_left_to_it(systemd: socket.socket) -> None:
    ended = Event()
    with a_server() as url, attended(url, lambda: False, ended.set):
        said = [systemd.recv(4096).decode() for _ in range(10)]
    assert said[1:] == ["STATUS=Not well"] * 9
    assert not ended.is_set()


def test_the_report_of_one_who_hangs_says_where_every_thread_stood(tmp_path: Path) -> None:
    script = (
        "import sys, threading, pathlib; from daemon import attendance\n"
        "from daemon.crashes import start_crash_reports\n"
        "start_crash_reports(pathlib.Path(sys.argv[1])); attendance.UNWELL_SECONDS = 0.1\n"
        "def stuck_here(): threading.Event().wait()\n"
        "attendance.answers = lambda url: True\n"
        "with attendance.attended('http://localhost:9', lambda: False): stuck_here()\n"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("NOTIFY_SOCKET", "WATCHDOG_USEC")}
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, timeout=PATIENCE, env=environment, check=False
    )
    assert ran.returncode == -signal.SIGABRT
    assert "stuck_here" in (tmp_path / "crashes" / "fatal.txt").read_text()


def test_nobody_is_told_where_no_systemd_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert notify("READY=1") is False
    with attended("http://localhost:9", lambda: True):
        assert watchdog_seconds() is None


def test_another_process_is_watched_not_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "300000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert watchdog_seconds() is None


def test_a_server_that_is_gone_does_not_answer() -> None:
    with a_server() as url:
        assert answers(url)
    assert not answers(url)


class Silent(BaseHTTPRequestHandler):
    """Answers everything with 404."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def a_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


by_ipv6 = pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:{}"),
        ("0.0.0.0", "http://127.0.0.1:{}"),
        pytest.param("::1", "http://[::1]:{}", marks=by_ipv6),
        pytest.param("::", "http://[::1]:{}", marks=by_ipv6),
    ],
)
def test_a_listener_is_reached_by_number(host: str, expected: str) -> None:
    with listening(host, 0) as listener:
        assert near(listener, is_tls=False) == expected.format(listener.getsockname()[1])
