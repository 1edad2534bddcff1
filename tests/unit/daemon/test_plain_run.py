"""`alfred run` is known by sight; everything else, and every slip, is for Typer to read and to explain."""

from pathlib import Path

import pytest

from daemon.cli.plain_run import Plain, plain_run


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
