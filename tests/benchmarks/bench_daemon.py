"""How soon the daemon answers, beside a bare starlette + uvicorn + apscheduler process; what it costs while idle, with
nothing connected, with every source connected, and once every SDK was used.

Run it: `python tests/benchmarks/bench_daemon.py [--minutes N]`; N is how long it is watched doing nothing, a half by
default. Packages that only the tests bring are hidden from both, as they are missing on the owner's machine. Both find
Python's compiled files, as from the second start on. Linux.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.all_connected import Outside, Owner, move_in, outside  # noqa: E402

ROUNDS = 5
SETTLED = 5.0
FIRST_ANSWER = 2.5
QUIET, CONNECTED = 0.003, 0.005
WITHOUT_ACCOUNTS, ALL_CONNECTED, ALL_USED = 100, 120, 220
HEALTH, WHOLE = "/api/health", "/api/session/ways"
TEST_ONLY = ("werkzeug", "yaml", "pydantic_settings", "watchfiles", "websockets", "fastapi", "flask")
HIDE = f"import sys; sys.modules.update(dict.fromkeys({TEST_ONLY!r}))\n"
DAEMON = HIDE + "from daemon.cli.main import main; main()"
BARE = (
    HIDE
    + """
import sqlite3
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

connection = sqlite3.connect(":memory:", check_same_thread=False)
scheduler = BackgroundScheduler(timezone="UTC")
scheduler.add_job(lambda: connection.execute("SELECT 1").fetchone(), "interval", seconds=10)
scheduler.start()
app = Starlette(routes=[Route("/{path:path}", lambda request: JSONResponse({"ok": True}))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[-1]), log_level="warning", access_log=False)
"""
)
NOTHING: Mapping[str, str] = {}
COMMANDS = {"alfred --help": (("--help",), 0.5), "alfred status": (("status",), 1.0)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    left_out = ("ALFRED_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "ALFRED_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@contextmanager
def running(
    program: str, home: Path, settings: Mapping[str, str] = NOTHING
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [sys.executable, "-c", program, "run", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**environment(home), **settings}, stderr=subprocess.DEVNULL)
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait()


def answered(process: subprocess.Popen[bytes], port: int, path: str = HEALTH) -> None:
    """Ask until there is an answer."""
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    while process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(asked)
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            time.sleep(0.002)
    raise RuntimeError(f"it ended with code {process.returncode}")


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def first_answer(program: str, home: Path, path: str = HEALTH) -> tuple[float, float]:
    """Return wall and processor seconds from the start to the first answer to `path`."""
    started = time.perf_counter()
    with running(program, home) as (process, port):
        answered(process, port, path)
        return time.perf_counter() - started, processor_seconds(process.pid)


@dataclass(frozen=True, slots=True)
class Idle:
    """What a daemon that has nothing to do costs: the share of a core, and megabytes."""

    share: float
    megabytes: float


def idle(process: subprocess.Popen[bytes], seconds: float) -> Idle:
    """Watch a daemon for so many seconds, once it has settled."""
    time.sleep(SETTLED)
    before, started = processor_seconds(process.pid), time.perf_counter()
    time.sleep(seconds)
    share = (processor_seconds(process.pid) - before) / (time.perf_counter() - started)
    return Idle(share, resident(process.pid))


def with_all_connected(home: Path, world: Outside, seconds: float) -> tuple[Idle, Idle]:
    """Return what a daemon costs with every source connected and none polled, and once everything was used."""
    token = move_in(home, world)
    with running(DAEMON, home, world.environment) as (process, port):
        answered(process, port, WHOLE)
        unused = idle(process, seconds)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=f"http://localhost:{port}", headers=headers, timeout=600, trust_env=False) as api:
            Owner(api, world).use_everything()
        return unused, idle(process, seconds)


def command(arguments: tuple[str, ...], home: Path) -> tuple[float, float]:
    """Return wall and processor seconds of a command."""
    started, before = time.perf_counter(), spent_by_children()
    subprocess.run(
        [sys.executable, "-c", DAEMON, *arguments],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started, spent_by_children() - before


def spent_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def show_starts(first: Mapping[str, list[tuple[float, float]]]) -> None:
    wall = {name: min(each[0] for each in times) for name, times in first.items()}
    spent = {name: min(each[1] for each in times) for name, times in first.items()}
    for name in first:
        print(f"{name:34} {wall[name] * 1000:6.0f} ms, {spent[name] * 1000:6.0f} ms of processor")
    for name in first:
        times = wall[name] / wall["bare"]
        print(
            f"{name + ' against bare':34} {times:6.2f} times, {spent[name] / spent['bare']:.2f} by processor time"
            f" (goal {FIRST_ANSWER}) {verdict(times <= FIRST_ANSWER)}"
        )


def show_commands(home: Path) -> None:
    for name, (arguments, goal) in COMMANDS.items():
        times = [command(arguments, home) for _ in range(ROUNDS)]
        wall, spent = min(each[0] for each in times), min(each[1] for each in times)
        print(
            f"{name:34} {wall * 1000:6.0f} ms, {spent * 1000:6.0f} ms of processor"
            f" (goal {goal * 1000:.0f}) {verdict(wall < goal)}"
        )


def show_idle(name: str, cost: Idle, goal: int, seconds: float) -> None:
    print(f"{name:34} {cost.megabytes:6.0f} MB (goal {goal}) {verdict(cost.megabytes <= goal)}")
    most = QUIET if goal == WITHOUT_ACCOUNTS else CONNECTED
    print(f"{'':34} {cost.share:.2%} of a core over {seconds:.0f} s (goal {most:.1%}) {verdict(cost.share <= most)}")


def starts(home: Path) -> dict[str, list[tuple[float, float]]]:
    """Start each in turn; the first start, which may have to compile, does not count."""
    wanted = {"bare": (BARE, HEALTH), "first answer": (DAEMON, HEALTH), "of the household": (DAEMON, WHOLE)}
    first_answer(DAEMON, home, WHOLE)
    turns = [
        {name: first_answer(program, home, path) for name, (program, path) in wanted.items()} for _ in range(ROUNDS)
    ]
    return {name: [turn[name] for turn in turns] for name in wanted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.5, help="how long to watch it doing nothing")
    seconds = parser.parse_args().minutes * 60
    folder = Path(tempfile.mkdtemp())
    try:
        home = folder / "alone"
        show_starts(starts(home))
        show_commands(home)
        with running(DAEMON, home) as (process, port):
            answered(process, port, WHOLE)
            show_idle("idle, nothing connected", idle(process, seconds), WITHOUT_ACCOUNTS, seconds)
        with outside() as world:
            unused, used = with_all_connected(folder / "all", world, seconds)
        show_idle("idle, all connected, none polled", unused, ALL_CONNECTED, seconds)
        show_idle("idle, everything was used", used, ALL_USED, seconds)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
