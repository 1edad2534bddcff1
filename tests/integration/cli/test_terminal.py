"""What a terminal of a certain width shows: one line a row, nothing cut that is needed to go on."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from daemon.cli import main as cli
from tests.integration.cli.conftest import Demo

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(home: Path, columns: int, *arguments: str, **surroundings: str) -> str:
    """Run a command on a terminal of this many columns; return what appears."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "daemon.cli.main", "--home", str(home), *arguments]
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=Path(cli.__file__).parents[2],
        env={**inherited, "TERM": "xterm-256color", **surroundings},
    ):
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux's way of saying that the other end is closed
        return b""


def plain(shown: str) -> list[str]:
    return ESCAPES.sub("", shown).splitlines()


@pytest.mark.parametrize("columns", [60, 120])
@pytest.mark.parametrize("listing", ["inbox", "actions"])
def test_a_listing_has_one_line_a_row_at_any_width(demo: Demo, listing: str, columns: int) -> None:
    lines = plain(on_terminal(demo.home, columns, listing, "--limit", "8"))
    assert len(lines) == 1 + 8 + 1
    assert max(map(len, lines)) <= columns


def test_at_80_columns_a_subject_can_be_read_and_its_id_used(demo: Demo) -> None:
    newest = demo("inbox", "--limit", "1", "--json").items[0]
    row = plain(on_terminal(demo.home, 80, "inbox", "--limit", "1"))[1]
    assert newest["subject"][:20] in row
    assert row.split()[-1] == newest["id"][-6:]


def test_a_wide_terminal_and_a_pipe_show_whole_ids(demo: Demo) -> None:
    newest = demo("inbox", "--limit", "1", "--json").items[0]
    assert newest["id"] in "\n".join(plain(on_terminal(demo.home, 130, "inbox", "--limit", "1")))
    assert newest["id"] in demo("inbox", "--limit", "1").out


def test_approve_without_ids_shows_what_waits_and_how(demo: Demo) -> None:
    waiting = demo("actions", "--status", "proposed", "--limit", "200", "--json").items
    shown = plain(on_terminal(demo.home, 80, "approve"))
    assert len([line for line in shown if "proposed" in line]) == len(waiting)
    archives = [action for action in waiting if action["kind"] == "archive"]
    assert f"  alfred approve --all archive  ({len(archives)})" in shown
    assert demo.record() == []


def test_colours_are_for_terminals_that_want_them(demo: Demo) -> None:
    assert "\x1b[" in on_terminal(demo.home, 80, "inbox", "--limit", "1")
    assert "\x1b[3" not in on_terminal(demo.home, 80, "inbox", "--limit", "1", NO_COLOR="1")
