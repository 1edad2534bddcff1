"""How fast the brain in the box judges, what it adds to memory, and how long it takes to start.

Run it: `python tests/benchmarks/bench_brain.py [MESSAGES]`. Times are of one core (process time), memory is resident.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.mime.reader import MimeReader
from application.ports.brain import Brain
from application.ports.mime import RawMail
from domain.messages import Message
from sandbox.household import Mail, iter_mails

PAGE = 4096
MEGABYTE = 1024 * 1024
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def resident() -> float:
    """Return the memory of this process in megabytes (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / MEGABYTE


def messages(count: int) -> list[Message]:
    reader = MimeReader()
    raws = (
        RawMail(m.account, "google", f"{m.account}/mail", m.id, m.thread_id, m.received, labels(m), m.raw)
        for m in iter_mails("monday", size=count)
    )
    return [message for message in map(reader.read, raws) if isinstance(message, Message)]


def labels(mail: Mail) -> frozenset[str]:
    return frozenset(label.lower().removeprefix("category_") for label in mail.labels)


def rate(brain: Brain, mails: Sequence[Message]) -> float:
    """Return the best of three, in messages per second."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        brain.judge(mails, NOW)
        best = max(best, len(mails) / (time.process_time() - started))
    return best


def main(count: int) -> None:
    before, started = resident(), time.process_time()
    from adapters.local import LocalBrain

    brain = LocalBrain(ZoneInfo("Europe/Berlin"))
    ready = time.process_time() - started
    loaded = resident() - before
    mails = messages(count)
    with_mails = resident()
    speed = rate(brain, mails)
    print(f"import and load      {ready * 1000:8.0f} ms   (at most 100)")
    print(f"memory after loading {loaded:8.1f} MB   (at most 40)")
    print(f"memory after judging {loaded + resident() - with_mails:8.1f} MB   (at most 40)")
    print(f"judged               {speed:8.0f} messages/s on one core (at least 2,000), {len(mails)} messages")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
