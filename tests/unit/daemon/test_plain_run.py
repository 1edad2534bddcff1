"""`alfred run` is known by sight; everything else, and every slip, is for Typer to read and to explain."""

import sys
from io import StringIO
from pathlib import Path

import pytest

from daemon.cli.plain_run import Plain, plain_run, say_where


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("run", Plain()),
        ("run --port 0 --host ::1", Plain(web={"port": "0", "host": "::1"})),
        (
            "--home /h run --tls-cert /c --tls-key k",
            Plain(Path("/h"), {"tls_cert": "/c", "tls_key": str(Path.cwd() / "k")}),
        ),
        ("--home run run", Plain(Path("run"))),
    ],
)
def test_a_plain_run_is_known(words: str, found: Plain) -> None:
    assert plain_run(words.split()) == found


@pytest.mark.parametrize(
    "words", ["", "status", "run --help", "run --port", "run --prot 1", "run --port -1", "run --port=1", "--home /h"]
)
def test_all_else_is_left_to_typer(words: str) -> None:
    assert plain_run(words.split()) is None


class Terminal(StringIO):
    """Takes what is shown, as a terminal would."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("shown", "said"), [(Terminal(), "answers at http://localhost:8420."), (StringIO(), "")])
def test_who_runs_him_on_a_terminal_is_told_where_he_answers(
    monkeypatch: pytest.MonkeyPatch, shown: StringIO, said: str
) -> None:
    monkeypatch.setattr(sys, "stdout", shown)
    say_where(None, "http://localhost:8420")
    assert said in shown.getvalue()
    assert bool(shown.getvalue()) is bool(said)
