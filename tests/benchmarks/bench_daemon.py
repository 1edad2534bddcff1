"""How soon the daemon answers, beside a bare starlette + uvicorn + apscheduler process; what it costs while idle.

Run it: `python tests/benchmarks/bench_daemon.py [SECONDS]`; SECONDS is how long it is watched doing nothing, 30 by
default. Packages that only the tests bring are hidden from both, as they are missing on the owner's machine. Linux.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROUNDS = 5
FIRST_ANSWER, MEGABYTES, SHARE_OF_A_CORE = 2.5, 100, 0.003
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
app = Starlette(routes=[Route("/api/health", lambda request: JSONResponse({"ok": True}))])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[-1]), log_level="warning", access_log=False)
"""
)
COMMANDS = {"alfred --help": (("--help",), 0.5), "alfred status": (("status",), 1.0)}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALFRED_")}
    return {**kept, "ALFRED_HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


@contextmanager
def running(program: str, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    command = [sys.executable, "-c", program, "run", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(home), stderr=subprocess.DEVNULL)
    try:
        yield process, port
    finally:
        process.terminate()
        process.wait()


def answered(process: subprocess.Popen[bytes], port: int) -> None:
    """Ask until there is an answer."""
    while process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
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


def first_answer(program: str, home: Path) -> tuple[float, float]:
    """Return wall and processor seconds from the start to the first answer."""
    started = time.perf_counter()
    with running(program, home) as (process, port):
        answered(process, port)
        return time.perf_counter() - started, processor_seconds(process.pid)


def idle(home: Path, seconds: float) -> tuple[float, float]:
    """Return the share of a core and the megabytes of a daemon that has nothing to do."""
    with running(DAEMON, home) as (process, port):
        answered(process, port)
        time.sleep(5)
        before, started = processor_seconds(process.pid), time.perf_counter()
        time.sleep(seconds)
        share = (processor_seconds(process.pid) - before) / (time.perf_counter() - started)
        return share, resident(process.pid)


def command(arguments: tuple[str, ...], home: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", DAEMON, *arguments],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def verdict(good: bool) -> str:
    return "met" if good else "MISSED"


def show_starts(home: Path, first: Mapping[str, list[tuple[float, float]]]) -> None:
    wall = {name: min(each[0] for each in times) for name, times in first.items()}
    spent = {name: min(each[1] for each in times) for name, times in first.items()}
    for name in first:
        print(f"{name:28} first answer after {wall[name] * 1000:6.0f} ms, {spent[name] * 1000:6.0f} ms of processor")
    times = wall["daemon"] / wall["bare"]
    said = verdict(times <= FIRST_ANSWER)
    print(
        f"{'daemon against bare':28} {times:.2f} times, {spent['daemon'] / spent['bare']:.2f} by processor time"
        f" (goal {FIRST_ANSWER}) {said}"
    )
    for name, (arguments, goal) in COMMANDS.items():
        quickest = min(command(arguments, home) for _ in range(ROUNDS))
        print(f"{name:28} {quickest * 1000:6.0f} ms (goal {goal * 1000:.0f}) {verdict(quickest < goal)}")


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    home = Path(tempfile.mkdtemp())
    try:
        programs = {"bare": BARE, "daemon": DAEMON}
        first_answer(DAEMON, home)
        turns = [{name: first_answer(program, home) for name, program in programs.items()} for _ in range(ROUNDS)]
        show_starts(home, {name: [turn[name] for turn in turns] for name in programs})
        share, megabytes = idle(home, seconds)
        said = verdict(megabytes <= MEGABYTES)
        print(f"{'idle, local brain loaded':28} {megabytes:.0f} MB (goal {MEGABYTES}) {said}")
        said = verdict(share <= SHARE_OF_A_CORE)
        print(f"{'idle':28} {share:.2%} of a core over {seconds:.0f} s (goal {SHARE_OF_A_CORE:.1%}) {said}")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
