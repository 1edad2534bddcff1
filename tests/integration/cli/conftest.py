"""A household in a folder of its own, the commands run as the terminal runs them, and a demo that really runs."""

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from daemon.cli import main as cli

PATIENCE = 120.0
# A terminal's process makes all commands out of their functions, for the one that it runs; here it is done once.
commands_of = cache(typer.main.get_command)


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def items(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.out)["items"]
        return listed


Alfred = Callable[..., Ran]


def run_alfred(home: Path, arguments: Sequence[str], said: str | io.StringIO = "") -> Ran:
    """Run one command in this process, without a terminal; `said` is what it reads."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(typer.main, "get_command", commands_of)
        patch.setattr(sys, "argv", ["alfred", "--home", str(home), *arguments])
        patch.setattr(sys, "stdin", io.StringIO(said) if isinstance(said, str) else said)
        try:
            cli.main()
            code = 0
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
    return Ran(code or 0, out.getvalue(), err.getvalue())


def run_apart(home: Path, *arguments: str, within: Sequence[str] = (), **options: Any) -> Ran:
    """Run one command in a process of its own, which `within` starts where that is not this system as it is."""
    command = [*within, sys.executable, "-m", "daemon.cli.main", "--home", str(home), *arguments]
    root = Path(cli.__file__).parents[2]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=root, check=False, **options)
    return Ran(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "household"


@pytest.fixture
def alfred(home: Path) -> Alfred:
    """Commands on a household where no daemon runs."""
    return lambda *arguments, said="": run_alfred(home, arguments, said)


@dataclass
class Demo:
    """A demo in a process of its own, and commands that speak to it."""

    home: Path
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Begin the demo, and return when it has shown the briefing."""
        alfred = [sys.executable, "-m", "daemon.cli.main", "--home", str(self.home)]
        with (self.home.parent / "demo.out").open("w") as log:
            self.process = subprocess.Popen(
                [*alfred, "demo", "--no-browser", "--port=0"],
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                cwd=Path(cli.__file__).parents[2],
            )
        self._wait_for("Ctrl-C ends the demo")

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(30)

    @property
    def said(self) -> str:
        return (self.home.parent / "demo.out").read_text()

    def __call__(self, *arguments: str, said: str = "") -> Ran:
        return run_alfred(self.home, arguments, said)

    def record(self) -> list[dict[str, Any]]:
        """Return what was really done at the make-believe Google."""
        lines = (self.home / "sandbox-record.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def _wait_for(self, words: str) -> None:
        assert self.process is not None
        until = time.monotonic() + PATIENCE
        while words not in self.said:
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                raise AssertionError(f"the demo did not start: {self.said}")
            time.sleep(0.05)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The Monday household, taken in and sorted, with its daemon running."""
    running = Demo(tmp_path_factory.mktemp("demo") / "home")
    running.start()
    yield running
    assert running.stop() == 0
