"""Crash reports: kept here, secrets masked, not without end."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.crashes import crash_reports, write_report

ROOT = Path(__file__).parents[3]
STARTED = "from pathlib import Path; from daemon.crashes import start_crash_reports; start_crash_reports(Path({!r}));"


def crashed(logs: Path, program: str) -> int:
    words = [sys.executable, "-c", STARTED.format(str(logs)) + program]
    return subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("raise ValueError('refused ya29.canary-token')", "ValueError: refused •••"),
        ("import threading; t = threading.Thread(target=lambda: 1 / 0, name='poll'); t.start(); t.join()", "poll"),
    ],
    ids=["the process", "a thread"],
)
def test_what_ends_a_process_or_a_thread_is_written(tmp_path: Path, program: str, expected: str) -> None:
    crashed(tmp_path, program)
    (report,) = crash_reports(tmp_path)
    assert expected in report.read_text()
    assert "canary" not in report.read_text()


def test_an_abort_by_the_watchdog_leaves_where_every_thread_stood(tmp_path: Path) -> None:
    code = crashed(tmp_path, "import os; os.abort()")
    (report,) = crash_reports(tmp_path)
    assert code == -signal.SIGABRT
    assert "Fatal Python error: Aborted" in report.read_text()


def test_a_second_start_keeps_the_first_report_apart(tmp_path: Path) -> None:
    crashed(tmp_path, "import os; os.abort()")
    crashed(tmp_path, "pass")
    (report,) = crash_reports(tmp_path)
    assert report.name.endswith("-fatal.txt")


def test_only_the_last_are_kept(tmp_path: Path) -> None:
    (tmp_path / "crashes").mkdir()
    for _ in range(30):
        write_report(tmp_path / "crashes", "a test", ValueError("x"))
    assert len(crash_reports(tmp_path)) == 20
