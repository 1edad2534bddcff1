"""`--reload`: whoever changes a file of Alfred's sees him begin anew, with what he was asked for."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from daemon.cli import demo
from tests.integration.cli.signals import heeding_ctrl_c

ROOT = Path(demo.__file__).parents[2]
PACKAGES = ("domain", "application", "adapters", "daemon", "web/api", "sandbox")
# What stands in the place of the command: it says who it is and how it was called, and waits.
STAND_IN = """\
import os, signal, sys
with open(os.environ["CALLS"], "w") as calls:
    print(os.getpid(), *sys.argv[1:], file=calls)
signal.pause()
"""
RUN = "import sys; from daemon.cli.demo import _run_reloading; sys.argv[0] = 'alfred'; _run_reloading()"


@pytest.mark.timeout(120)
def test_a_changed_file_starts_the_command_anew(tmp_path: Path) -> None:
    tree = a_copy(tmp_path / "tree")
    with reloading(tree, tmp_path / "calls", "demo", "--reload", "--port", "0") as calls:
        first, _, called = calls.readline().strip().partition(" ")
        assert called == "demo --port 0 --no-browser"
        while not select.select([calls], [], [], 1.0)[0]:  # a change made before anybody watches is seen by nobody
            (tree / "web" / "api" / "app.py").write_text("CHANGED = True\n")
        second, _, called = calls.readline().strip().partition(" ")
        assert called == "demo --port 0 --no-browser"
        assert (lives(first), lives(second)) == (False, True)
    assert not lives(second)


def a_copy(tree: Path) -> Path:
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "daemon" / "cli" / "main.py").write_text(STAND_IN)
    return tree


@contextmanager
def reloading(tree: Path, fifo: Path, *arguments: str) -> Iterator[TextIO]:
    """Run this tree's command under `--reload`; yield what each process that begins says of itself."""
    os.mkfifo(fifo)
    environment = os.environ | {"CALLS": str(fifo), "PYTHONPATH": str(tree)}
    with heeding_ctrl_c():
        watching = subprocess.Popen([sys.executable, "-c", RUN, *arguments], cwd=tree, env=environment)
    with os.fdopen(os.open(fifo, os.O_RDWR)) as calls, watching:
        try:
            yield calls
        finally:
            watching.send_signal(signal.SIGINT)


def lives(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True
