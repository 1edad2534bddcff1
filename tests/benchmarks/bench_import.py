"""How fast mail becomes searchable rows, threads, prefilter and rules included, beside mu and notmuch in the same run.

Run it: `python tests/benchmarks/bench_import.py [MAILS]`, 5,000 by default: once with made-up mail whose sizes and
words are spread as in a large mailbox, once with the Monday household. Each way runs in a process of its own, the ways
in turn, several times; the best wall time counts. mu and notmuch are Debian's; what is not there is left out.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.ics import IcsReader
from adapters.local import CorrectionsMemory, LocalBrain
from adapters.local.similarity import LocalEmbedder
from adapters.memory.executor import MemoryExecutor
from adapters.memory.mailbox import MemoryMailbox
from adapters.mime.reader import MimeReader
from adapters.mime.writer import MimeWriter
from adapters.sqlite import SqliteStore, open_store
from application.acting.actions import Actions
from application.acting.execution import Execution
from application.acting.grounds import GroundsKeeper
from application.acting.halt import HaltSwitch
from application.acting.outgoing import Outgoing
from application.acting.own_executor import OwnExecutor
from application.connections import ConnectedAccounts
from application.intake.behind import take_short_turns
from application.intake.handing_on import HandingOn
from application.intake.intake import Intake
from application.intake.one_time_codes import OneTimeCodes
from application.intake.rounds import Rounds
from application.intake.sweeping import Sweeping
from application.intake.threads import Threads
from application.intake.visits import Visits
from application.owing.follow_ups import FollowUps
from application.ports.brain import TeachableBrain
from application.ports.mail import Batch
from application.ports.mime import RawMail
from application.ports.providers import Account, Connection
from application.ports.store import MessageQuery
from application.proposing.rule_book import RuleBook
from application.triage.triage import Prefilter, Triage
from domain.actions import Status
from domain.messages import Address, Message
from domain.rules import starter_rules
from domain.search import words
from domain.triage import Correction, Verdict
from sandbox.household import iter_mails
from tests.benchmarks.made_up_mail import made_up_mail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OWN_ROUNDS, MU_ROUNDS, NOTMUCH_ROUNDS = 4, 3, 1
A_BATCH = 100  # Gmail's own: users.messages.get, a hundred to one HTTP batch
WORDS = ("invoice", "meeting", "unsubscribe", "urgent", "review", "und")
GOALS = {("prefilter and rules", "mu"): 3.0, ("prefilter and rules", "notmuch"): 25.0, ("with one worker", "mu"): 4.0}


class AnyMail(Protocol):
    """What a mail of either corpus says of itself."""

    @property
    def id(self) -> str: ...
    @property
    def thread_id(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def received(self) -> datetime: ...
    @property
    def labels(self) -> Sequence[str]: ...
    @property
    def raw(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Result:
    """One run: wall and processor seconds, peak memory of its largest process, and how many mails hold each word."""

    wall: float
    processor: float
    megabytes: float
    mails: int
    hits: dict[str, int]
    said: str = ""


CORPORA: dict[str, Callable[[int], Iterable[AnyMail]]] = {
    "made-up mail": lambda count: made_up_mail(count, NOW),
    "the Monday household": lambda count: iter_mails("monday", size=count, now=NOW),
}


class Clock:
    def now(self) -> datetime:
        return NOW


class NoBrain(TeachableBrain):
    """A last rung that knows nothing: what is measured without the local brain."""

    def judge(self, messages: Sequence[Message], now: datetime) -> list[Verdict | None]:
        return [None] * len(messages)

    def teach(self, lessons: Sequence[tuple[Message, Correction]]) -> None:
        return None

    def unlearn(self, message_id: str) -> None:
        return None


class BytesSource(MemoryMailbox):
    """Mails that lie in memory, handed over in batches as a provider would."""

    def __init__(self, mails: Sequence[RawMail]) -> None:
        super().__init__(mails[0].account)
        self._bytes = mails

    def latest(self, limit: int) -> Iterator[Batch]:
        for start in range(0, len(self._bytes), A_BATCH):
            yield Batch(tuple(self._bytes[start : start + A_BATCH]), cursor=str(start))


def household(store: SqliteStore, reader: MimeReader, brain: TeachableBrain, mails: Sequence[RawMail]) -> Rounds:
    """Put together what takes mail in, as the daemon does."""
    clock, owner = Clock(), Address("", mails[0].account)
    executor = MemoryExecutor(MemoryMailbox(mails[0].account))
    connections = ConnectedAccounts(own=OwnExecutor(store, clock, LocalEmbedder()))
    connections.add(Connection(Account(mails[0].account, "google"), owner, executors=(executor,)))
    halt = HaltSwitch(Path(store.database.path).with_name("HALT"))
    grounds = GroundsKeeper(store, UTC)
    execution = Execution(store, connections, grounds, halt, clock)
    actions = Actions(
        store,
        connections,
        Outgoing(store, connections, MimeWriter(), IcsReader(), UTC),
        execution,
        grounds,
        halt,
        clock,
    )
    triage = Triage(store, [Prefilter()], brain, CorrectionsMemory(ZoneInfo("UTC")), clock)
    visits = Visits(store, clock)
    intake = Intake(store, reader, OneTimeCodes(), visits, clock)
    for rule in starter_rules():
        store.rules.put(rule)
    rule_book = RuleBook(store, actions, clock)
    threads = Threads(store, actions, FollowUps(store, clock))
    handing_on = HandingOn(store, triage, rule_book, [threads], clock)
    sweeping = Sweeping(store, intake, clock)
    return Rounds(store, connections, intake, handing_on, threads, sweeping, actions, execution, visits, clock)


def labels_of(google: Sequence[str]) -> frozenset[str]:
    return frozenset(label.lower().removeprefix("category_") for label in google)


def write_corpus(folder: Path, mails: Iterable[AnyMail]) -> None:
    """Write the mails as a maildir, which mu and notmuch read, and beside it what a provider says of each."""
    inbox = folder / "mail" / "cur"
    for each in (inbox, inbox.with_name("new"), inbox.with_name("tmp")):
        each.mkdir(parents=True)
    index = []
    for mail in mails:
        (inbox / f"{mail.id}:2,S").write_bytes(mail.raw)
        index.append((mail.account, mail.id, mail.thread_id, mail.received.isoformat(), mail.labels))
    (folder / "index.json").write_text(json.dumps(index))


def read_corpus(folder: Path) -> list[RawMail]:
    return [
        RawMail(
            account,
            "google",
            f"{account}/mail",
            id,
            thread,
            datetime.fromisoformat(received),
            labels_of(labels),
            (folder / "mail" / "cur" / f"{id}:2,S").read_bytes(),
        )
        for account, id, thread, received, labels in json.loads((folder / "index.json").read_text())
    ]


def processor_seconds() -> float:
    mine, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + others.ru_utime + others.ru_stime


def take_in(folder: Path, way: str) -> Result:
    """Take the corpus in by one of Alfred's own ways, in this process, from bytes that lie in memory."""
    workers, thinks = OWN_WAYS[way]
    take_short_turns()
    mails = read_corpus(folder)
    brain = LocalBrain(ZoneInfo("Europe/Berlin")) if thinks else NoBrain()
    with tempfile.TemporaryDirectory(dir=folder) as home:
        store = open_store(Path(home) / "alfred.db")
        reader = MimeReader(workers)
        rounds = household(store, reader, brain, mails)
        before, started = processor_seconds(), time.perf_counter()
        rounds.poll(BytesSource(mails))
        wall = time.perf_counter() - started
        reader.close()
        spent = processor_seconds() - before
        hits = {word: store.messages.count(MessageQuery(text=word)) for word in WORDS}
        stored = store.messages.count(MessageQuery())
        said = f"{store.actions.count(Status.PROPOSED)} proposals"
        store.close()
    return Result(wall, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, stored, hits, said)


OWN_WAYS = {
    "prefilter and rules": (0, False),
    "with one worker": (1, False),
    "and the local brain": (0, True),
    "brain and one worker": (1, True),
}


def ours(folder: Path, way: str) -> Result:
    ran = subprocess.run(
        [sys.executable, __file__, "--take-in", str(folder), way],
        check=True,
        capture_output=True,
    )
    return Result(**json.loads(ran.stdout))


def timed(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; return its wall and processor seconds and its peak memory in megabytes."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def said_by(command: Sequence[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False).stdout


def mu(folder: Path) -> Result:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        index, environment = f"--muhome={home}", dict(os.environ)
        timed(["mu", "init", index, f"--maildir={folder / 'mail'}"], environment)
        wall, processor, megabytes = timed(["mu", "index", index, "--quiet"], environment)

        def number(query: str) -> int:
            return len(said_by(["mu", "find", index, "--fields=i", query], environment).splitlines())

        hits = {word: number(word) for word in WORDS}
        return Result(wall, processor, megabytes, number(""), hits)


def notmuch(folder: Path) -> Result:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        config = Path(home) / "config"
        config.write_text(
            f"[database]\npath={home}\nmail_root={folder / 'mail'}\n[user]\nname=Owner\nprimary_email=o@home.example\n"
        )
        environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
        wall, processor, megabytes = timed(["notmuch", "new", "--quiet"], environment)

        def number(query: str) -> int:
            return int(said_by(["notmuch", "count", query], environment))

        return Result(wall, processor, megabytes, number("*"), {word: number(word) for word in WORDS})


def measure(folder: Path) -> dict[str, Result]:
    """Run the ways in turn, so that a busy moment of the machine hits all alike; keep the best of each."""
    ways: dict[str, Callable[[], Result]] = {way: lambda way=way: ours(folder, way) for way in OWN_WAYS}  # type: ignore[misc]
    rivals = {"mu": (mu, MU_ROUNDS), "notmuch": (notmuch, NOTMUCH_ROUNDS)}
    times = dict.fromkeys(ways, OWN_ROUNDS)
    for name, (run, rounds) in rivals.items():
        if shutil.which(name):
            ways[name], times[name] = lambda run=run: run(folder), rounds  # type: ignore[misc]
    best: dict[str, Result] = {}
    for turn in range(max(times.values())):
        for name, way in ways.items():
            if turn < times[name]:
                found = way()
                best[name] = min(found, best.get(name, found), key=lambda each: each.wall)
    return best


def show(results: dict[str, Result]) -> None:
    print(f"\n{'':22} {'wall s':>7} {'mails/s':>8} {'CPU s':>7} {'MB':>6} {'mails':>6}")
    for name, each in results.items():
        figures = f"{each.wall:7.2f} {each.mails / each.wall:8.0f} {each.processor:7.2f} {each.megabytes:6.0f}"
        print(f"{name:22} {figures} {each.mails:6}  {each.said}")
    print(f"\n{'':22} " + " ".join(f"{word:>12}" for word in WORDS))
    for name, each in results.items():
        print(f"{name:22} " + " ".join(f"{each.hits[word]:12}" for word in WORDS))
    print()
    for (way, rival), goal in GOALS.items():
        if rival in results:
            times = results[rival].wall / results[way].wall
            verdict = "met" if times >= goal else "MISSED"
            print(f"{way}, against {rival}: {times:.1f} times as fast (goal {goal:.0f}) {verdict}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    for name, mails in CORPORA.items():
        with tempfile.TemporaryDirectory() as folder:
            write_corpus(Path(folder), mails(count))
            print(f"\n{name}: {described(Path(folder))}")
            show(measure(Path(folder)))


def described(folder: Path) -> str:
    """Say how large the mails are, and how many words they hold."""
    sizes = sorted(path.stat().st_size for path in (folder / "mail" / "cur").iterdir())
    texts = [read.text for read in MimeReader().read_many(read_corpus(folder)) if isinstance(read, Message)]
    known = {word for text in texts for word in words(text)}
    median, ninth = sizes[len(sizes) // 2] / 1000, sizes[len(sizes) * 9 // 10] / 1000
    mean, text = sum(sizes) / len(sizes) / 1000, sum(map(len, texts)) / len(texts) / 1000
    return (
        f"{len(sizes)} mails, mean {mean:.1f} kB, median {median:.1f}, p90 {ninth:.1f};"
        f" {text:.1f} kB of text each, {len(known)} different words"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take-in"]:
        print(json.dumps(asdict(take_in(Path(sys.argv[2]), sys.argv[3]))))
    else:
        main()
