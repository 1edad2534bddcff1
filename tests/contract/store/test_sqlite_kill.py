"""kill -9 while it writes: what was acknowledged is there, the chain is whole, the projection is the log's."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.sqlite import open_store
from application.ports.action_log import ActionQuery
from application.ports.store import MessageQuery
from domain.actions import Status, fold

WRITER = """
import sys
from pathlib import Path
from adapters.sqlite import open_store
from domain.action_events import Approved, Executed, Started
from tests.contract.store.samples import NOON, classified, mail, proposed

store = open_store(Path(sys.argv[1]))
for number in range(10_000):
    name = f"{sys.argv[2]}-{number}"
    store.messages.take([mail(f"{name}-{each}") for each in range(5)])
    print("taken", flush=True)
    store.classifications.put([classified(f"{name}-0")])
    print("classified", flush=True)
    action = store.actions.append(name, [proposed(f"home:{name}-0")], actor="owner", at=NOON)
    print("proposed", flush=True)
    store.actions.append(name, [Approved(action.digest), Started()], actor="owner", at=NOON)
    store.actions.append(name, [Executed({"n": name})], actor="owner", at=NOON)
    print(name, flush=True)
"""


def _write_and_kill(path: Path, round: int, after: int) -> list[str]:
    """Let a process write, kill it after its step number `after`; return the names whose every step it acknowledged."""
    command = [sys.executable, "-c", WRITER, str(path), str(round)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline().strip() for _ in range(after)]
        writer.kill()
        said += writer.stdout.read().split("\n")[:-1]
    return [line for line in said if "-" in line]


@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_by_a_kill_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(11)
    path = tmp_path / "alfred.db"
    acknowledged: list[str] = []
    for round in range(12):
        acknowledged += _write_and_kill(path, round, chance.randrange(1, 160))
        store = open_store(path)
        try:
            assert all(store.actions.get(name).status is Status.EXECUTED for name in acknowledged)
            assert store.messages.known(f"home:{name}-4" for name in acknowledged) == {
                f"home:{name}-4" for name in acknowledged
            }
            assert store.actions.verify().problem == ""
            assert store.messages.count(MessageQuery(text="text")) == store.messages.count(MessageQuery())
            newest = store.actions.list(ActionQuery()).items[0]
            assert newest == fold(list(store.actions.entries(newest.id)))
            store.check()
        finally:
            store.close()
