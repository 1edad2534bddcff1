"""Following the log: whole lines, also across a rotation."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import cast

import pytest

from daemon.cli.log_lines import followed


def test_lines_are_followed_across_a_rotation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "alfred.log"
    log.write_text("before\n")
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: _append(log, "half"),
            lambda: _append(log, " a line\nwhole\n"),
            lambda: log.rename(tmp_path / "alfred.log.1"),
            lambda: _append(log, "after\n"),
        ]
    )
    monkeypatch.setattr("time.sleep", lambda _: next(steps)())
    lines = cast(Generator[str], followed(log))
    assert [next(lines) for _ in range(3)] == ["half a line", "whole", "after"]
    lines.close()


def _append(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)
