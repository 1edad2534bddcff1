"""The log: a JSON object a line, no secret in any corner of it, and each job's lines marked."""

import json
import logging
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from daemon.logging import (
    KEPT_OUTPUT,
    MOST_OUTPUT,
    BoundedLog,
    JsonLines,
    in_job,
    masked,
    shorten_output,
    start_logging,
)
from daemon.schedule import Job, Schedule
from tests.integration.api.house import NOON, SetClock

CANARIES = (
    "ya29.a0AfH6SMBcanary-token",
    "1//0canarycanarycanary",
    "sk-ant-api03-canary",
    "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
    "z42zXFj56oHt6901s677wiyKQXE9YQ2oReuNzJ2Va_E",
    "3kq7" * 13,
    f"{'Ab3' * 25}9AZDO4xYz",
)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    start_logging(tmp_path / "logs", "info", 1)
    yield lambda: [json.loads(line) for line in (tmp_path / "logs" / "alfred.log").read_text().splitlines()]
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level


def test_a_log_that_takes_the_place_of_another_closes_it(written: Any, tmp_path: Path) -> None:
    logging.getLogger("test").info("open")
    (former,) = (each for each in logging.getLogger().handlers if isinstance(each, BoundedLog))
    assert former.stream is not None
    start_logging(tmp_path / "others", "info", 1)
    assert former.stream is None


@pytest.mark.parametrize("canary", CANARIES)
def test_no_secret_comes_through(written: Any, canary: str) -> None:
    log = logging.getLogger("test")
    log.info("said %s", canary)
    log.info("given", extra={"told": f"Bearer {canary}", "api_key": "short", "answer": {"refresh_token": canary}})
    log.info("visited", extra={"url": f"https://a.example/?code={canary}&state=1"})
    try:
        raise ValueError(f"refused {canary}")
    except ValueError:
        log.exception("broke")
    lines = written()
    assert canary not in json.dumps(lines)
    assert lines[1]["api_key"] == "•••"
    assert "ValueError: refused •••" in lines[3]["error"]


@pytest.mark.parametrize("name", ["code", "refresh_token", "client_secret", "sig"])
def test_what_an_address_lets_in_by_is_masked(name: str) -> None:
    assert masked(f"POST https://flows.example/run?sp=1&{name}=Xq7-short&v=1 404") == (
        f"POST https://flows.example/run?sp=1&{name}=•••&v=1 404"
    )


def test_what_is_no_secret_stays_readable() -> None:
    text = "taken in 47 messages of gmail/mail in 0.31 s; head ac4dd326e732"
    assert masked(text) == text


def test_a_line_has_time_level_logger_and_event(written: Any) -> None:
    logging.getLogger("daemon.test").warning("odd", extra={"source": "gmail/mail"})
    (line,) = written()
    assert (line["level"], line["logger"], line["event"], line["source"]) == (
        "warning",
        "daemon.test",
        "odd",
        "gmail/mail",
    )
    assert line["at"].endswith("+00:00")


def test_what_a_library_would_colour_on_a_terminal_is_left_out() -> None:
    record = logging.makeLogRecord({"msg": "Started", "color_message": "Started [\x1b[36m%d\x1b[0m]"})
    assert "color_message" not in json.loads(JsonLines().format(record))


def test_lines_of_a_job_are_marked_and_others_are_not() -> None:
    record = logging.makeLogRecord({"msg": "here"})
    with in_job("poll"):
        inside = json.loads(JsonLines().format(record))
    outside = json.loads(JsonLines().format(record))
    assert inside["job"].startswith("poll-")
    assert "job" not in outside


def test_a_job_that_fails_is_logged_with_its_reason_and_runs_again(written: Any) -> None:
    runs: list[int] = []
    again = Event()

    def work() -> None:
        runs.append(1)
        if len(runs) > 1:
            again.set()
        raise ValueError("no luck today")

    schedule = Schedule((Job("luckless", work, 0.05),))
    schedule.start()
    assert again.wait(10)
    schedule.stop()
    first = written()[0]
    assert (first["event"], first["job"][:9]) == ("job failed", "luckless-")
    assert "no luck today" in first["error"]


def test_the_folder_of_logs_is_the_owners_alone(written: Any, tmp_path: Path) -> None:
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700


def test_a_flood_of_lines_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.logging.MOST_BYTES", 2000)
    handler = BoundedLog(tmp_path / "alfred.log", 3)
    handler.setFormatter(JsonLines())
    for number in range(500):
        handler.handle(logging.makeLogRecord({"msg": f"line {number}"}))
    handler.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 4
    assert max(file.stat().st_size for file in files) < 2200
    told = "".join(file.read_text() for file in files)
    first = min(int(number) for number in re.findall(r"line (\d+)", told))
    assert [number for number in range(first, 500) if f'"line {number}"' not in told] == []


def test_each_day_has_a_file_of_its_own_and_the_oldest_go(tmp_path: Path) -> None:
    clock = SetClock()
    handler = BoundedLog(tmp_path / "alfred.log", 2, clock)
    for day in range(5):
        handler.handle(logging.makeLogRecord({"msg": f"day {day}"}))
        clock.advance(timedelta(days=1))
    handler.close()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "alfred.log.2026-11-25.0001": "day 2\n",
        "alfred.log.2026-11-26.0001": "day 3\n",
        "alfred.log": "day 4\n",
    }


def test_a_file_of_days_before_is_put_away_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "alfred.log"
    file.write_text("before\n")
    long_ago = NOON.timestamp() - 3 * 86_400
    os.utime(file, (long_ago, long_ago))
    handler = BoundedLog(file, 2, SetClock())
    handler.handle(logging.makeLogRecord({"msg": "now"}))
    handler.close()
    assert (tmp_path / "alfred.log.2026-11-20.0001").read_text() == "before\n"
    assert file.read_text() == "now\n"


@pytest.mark.parametrize("whose", ["launchd", "tunnel"])
def test_of_a_long_output_the_end_is_kept_and_writing_goes_on_behind_it(tmp_path: Path, whose: str) -> None:
    long, short = tmp_path / f"{whose}.err", tmp_path / f"{whose}.out"
    short.write_text("short\n")
    with long.open("ab") as launchd:
        launchd.write(b"x" * MOST_OUTPUT + b"the end\n")
        launchd.flush()
        shorten_output(tmp_path)
        launchd.write(b"and on\n")
    kept = long.read_bytes()
    assert (len(kept), kept.endswith(b"x" + b"the end\nand on\n")) == (KEPT_OUTPUT + len(b"and on\n"), True)
    assert short.read_text() == "short\n"
