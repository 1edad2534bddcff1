"""What a terminal of a certain width shows: one line a row, nothing cut that is needed to go on."""

import fcntl
import json
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
from daemon.cli.client import open_api
from daemon.settings import load
from tests.integration.cli.conftest import Demo

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(home: Path, columns: int, *arguments: str, typed: str = "", **surroundings: str) -> str:
    """Run a command on a terminal of this many columns, where this is `typed`; return what appears."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "daemon.cli.main", *arguments]
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=Path(cli.__file__).parents[2],
        env={**inherited, "ALFRED_HOME": str(home), "TERM": "xterm-256color", **surroundings},
    ):
        os.close(theirs)
        os.write(ours, typed.encode())
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


@pytest.mark.parametrize("columns", [80, 120])
def test_a_subject_can_be_read_and_its_id_used_at_any_width(demo: Demo, columns: int) -> None:
    newest = demo("inbox", "--limit", "30", "--json").items
    rows = plain(on_terminal(demo.home, columns, "inbox", "--limit", "30"))[1:-1]
    assert [row.split()[-1] for row in rows] == [message["id"][-6:] for message in newest]
    assert [row for row, message in zip(rows, newest, strict=True) if message["subject"][:20] not in row] == []


@pytest.mark.parametrize("columns", [80, 120])
def test_what_waits_can_be_read_and_its_id_used_at_any_width(demo: Demo, columns: int) -> None:
    waiting = demo("actions", "--status", "proposed", "--limit", "30", "--json").items
    rows = plain(on_terminal(demo.home, columns, "actions", "--status", "proposed", "--limit", "30"))[1:]
    for row, action in zip(rows, waiting, strict=False):
        assert row.startswith(action["id"][:8])
        assert action["title"][:20] in row


def test_a_pipe_shows_whole_ids(demo: Demo) -> None:
    newest = demo("inbox", "--limit", "1", "--json").items[0]
    assert newest["id"] in demo("inbox", "--limit", "1").out


def test_approve_without_ids_shows_what_waits_and_how(demo: Demo) -> None:
    waiting = demo("actions", "--status", "proposed", "--limit", "200", "--json").items
    shown = plain(on_terminal(demo.home, 80, "approve"))
    assert len([line for line in shown if "proposed" in line]) == len(waiting)
    archives = [action for action in waiting if action["kind"] == "archive"]
    assert f"  alfred approve --all archive  ({len(archives)})" in shown
    assert demo.record() == []


def test_what_reaches_others_is_shown_whole_and_asked_about(demo: Demo) -> None:
    id, text = a_letter(demo), "It will be there on Friday."
    refused = plain(on_terminal(demo.home, 80, "approve", id, typed="n\n"))
    assert [line for line in refused if text in line]
    assert refused[-1].endswith("Nothing was approved.")
    assert demo("show", id, "--json").out.count('"approved"') == 0

    agreed = plain(on_terminal(demo.home, 80, "approve", "--all", "send", typed="y\n"))
    assert [line for line in agreed if text in line]
    assert [line for line in agreed if "Done: Send" in line]


def test_a_program_names_what_reaches_others_and_is_held_to_the_digest_it_saw(demo: Demo) -> None:
    id = a_letter(demo)
    seen = json.loads(demo("show", id, "--json").out)["digest"]
    demo("edit", id, "--set", "text=Something else")
    assert demo("approve", "--all", "send").code == 2
    stale = demo("approve", id, "--digest", seen)
    assert (stale.code, "Done" in stale.out) == (1, False)
    approved = demo("approve", id)
    assert approved.code == 0
    assert approved.out.index("Something else") < approved.out.index("Done: Send")


def test_letters_that_are_named_together_all_go_out(demo: Demo) -> None:
    approved = demo("approve", a_letter(demo), a_letter(demo))
    assert (approved.code, approved.out.count("Done: Send")) == (0, 2)


def a_letter(demo: Demo) -> str:
    """Propose a letter to somebody; return the action's id."""
    arguments = {"to": ["ann@partner.example"], "subject": "The report", "text": "It will be there on Friday."}
    with open_api(load(demo.home)) as reached:
        made = reached.call("POST", "/api/actions", {"kind": "send", "account": "gmail", "arguments": arguments})
    return str(made["id"])


def test_colours_are_for_terminals_that_want_them(demo: Demo) -> None:
    assert "\x1b[" in on_terminal(demo.home, 80, "inbox", "--limit", "1")
    assert "\x1b[3" not in on_terminal(demo.home, 80, "inbox", "--limit", "1", NO_COLOR="1")
