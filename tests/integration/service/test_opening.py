"""The daemon answers at once, opens the household behind that, and ends with the reason where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from daemon.household import household
from daemon.running import RUN_FILE
from daemon.settings import load

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0
# Opening goes wrong here, after somebody was told that Alfred is there, and while somebody waits for the household.
DAEMON = """
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from daemon.running import find_running
from daemon.service import Daemon
from daemon.settings import load
from domain.errors import CannotBe

home = Path(sys.argv[1])

def asked(path):
    asking = socket.create_connection(("127.0.0.1", urlsplit(find_running(home).url).port), timeout=60)
    asking.sendall(f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n".encode())
    return asking

def status(asking):
    return asking.recv(64).split()[1].decode()

def prepare(_):
    print("health", status(asked("/api/health")))
    waiting.append(asked("/api/status"))
    print("health", status(asked("/api/health")))
    raise CannotBe("it does not open")

waiting = []
try:
    Daemon(load(home, {"web": {"port": "0"}}), prepare).run()
except CannotBe as error:
    print("status", status(waiting[0]))
    print(error)
"""

LEAVING = """
import os
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from daemon.running import find_running
from daemon.service import Daemon
from daemon.settings import load

home = Path(sys.argv[1])

def is_open(port):
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0

def prepare(container):
    port = urlsplit(find_running(home).url).port
    os.kill(os.getpid(), signal.SIGTERM)
    while is_open(port):
        pass

Daemon(load(home, {"web": {"port": "0"}}), prepare).run()
print("left")
"""

HASTY = """
import os
import signal
import sys
from pathlib import Path

from daemon.server import Server
from daemon.service import Daemon
from daemon.settings import load

run = Server.run

def told_before(server, sockets):
    os.kill(os.getpid(), signal.SIGTERM)
    run(server, sockets)

Server.run = told_before
Daemon(load(Path(sys.argv[1]), {"web": {"port": "0"}})).run()
print("left")
"""

# A provider that lets Alfred wait, when he asks what became of an attempt that was cut off.
RECOVERING = """
import os
import signal
import socket
import sys
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from daemon.service import Daemon
from daemon.settings import load

answered, recovered = Event(), []

def prepare(container):
    container.execution().recover = lambda: recovered.append(answered.wait(10))

def ready(container, url):
    with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=20) as asking:
        asking.sendall(b"GET /api/status HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
        print("status", asking.recv(64).split()[1].decode(), "too late" if recovered else "meanwhile")
    answered.set()
    os.kill(os.getpid(), signal.SIGTERM)

Daemon(load(Path(sys.argv[1]), {"web": {"port": "0"}}), prepare, ready).run()
"""


def test_a_provider_that_never_answers_keeps_nobody_from_the_household(tmp_path: Path) -> None:
    ran = ran_with(tmp_path, "-c", RECOVERING, str(tmp_path))
    assert (ran.returncode, ran.stdout) == (0, "status 401 meanwhile\n"), ran.stderr


def test_a_daemon_that_is_told_to_leave_while_it_opens_leaves_in_good_order(tmp_path: Path) -> None:
    ran = ran_with(tmp_path, "-c", LEAVING, str(tmp_path))
    assert (ran.returncode, ran.stdout) == (0, "left\n"), ran.stderr
    assert not (tmp_path / RUN_FILE).exists()


def test_a_daemon_that_is_told_to_leave_before_the_server_listens_to_that_leaves_too(tmp_path: Path) -> None:
    ran = ran_with(tmp_path, "-c", HASTY, str(tmp_path))
    assert (ran.returncode, ran.stdout) == (0, "left\n"), ran.stderr


def test_a_household_that_does_not_open_ends_the_daemon_with_the_reason(tmp_path: Path) -> None:
    ran = ran_with(tmp_path, "-c", DAEMON, str(tmp_path))
    told = "health 200\nhealth 200\nstatus 503\n"
    assert (ran.returncode, ran.stdout) == (0, f"{told}it does not open\n"), ran.stderr
    assert not (tmp_path / RUN_FILE).exists()


def test_a_household_that_another_process_holds_is_said_before_anything_is_answered(tmp_path: Path) -> None:
    with household(load(tmp_path)):
        ran = ran_with(tmp_path, "-m", "daemon.cli.main", "--home", str(tmp_path), "run", "--port", "0")
    assert ran.returncode == 1
    assert "is in use by process" in ran.stderr
    assert not (tmp_path / "logs" / "alfred.log").exists()
    assert not (tmp_path / RUN_FILE).exists()


def ran_with(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ALFRED_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
