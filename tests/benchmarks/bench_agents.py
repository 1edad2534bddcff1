"""What a round of chat costs beside LangGraph and pydantic-ai: the same prompt, 15 tools, four model calls a turn.

Run it: `python tests/benchmarks/bench_agents.py [TURNS]`. A model server that costs next to nothing answers on
loopback; each agent runs in a process of its own, the peers in fresh environments made by uv, the agents in turn,
several times. The best median counts. A peer that cannot be installed is left out, and the table says so. Alfred
streams, keeps the conversation, books the tokens and looks into his store; the peers' tools do nothing, and LangGraph
is asked both ways.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

HERE = Path(__file__).parent
ENVIRONMENTS = {"langgraph": ("langgraph", "langchain-anthropic"), "pydantic-ai": ("pydantic-ai-slim[anthropic]",)}
PEERS = {"langgraph": "langgraph", "langgraph-streaming": "langgraph", "pydantic-ai": "pydantic-ai"}
GOALS = {"langgraph": 1.5, "langgraph-streaming": 1.5, "pydantic-ai": 2.0}
OWN = "alfred"
TOOLS = 15
ROUNDS = 4
REPEATS = 3
WARM_UP = 10
QUESTION = "What is on my list today?"
EXPECTED = "Nothing needs you this morning"


@dataclass(frozen=True)
class Figures:
    """One run: milliseconds per round by the wall (median) and by the processor, seconds to begin, memory in MB."""

    name: str
    wall: float
    busy: float
    ready: float
    memory: float

    @classmethod
    def read(cls, said: str) -> Figures:
        form = json.loads(said)
        wall = statistics.median(form["walls"]) / ROUNDS
        return cls(form["name"], wall, form["busy"] / ROUNDS, form["ready"], form["memory"])


@contextmanager
def model_server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, str(HERE / "agents" / "stub.py")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def installed(folder: Path, packages: tuple[str, ...]) -> Path | None:
    """Return the Python of a new environment with these packages, or None where they cannot be had."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        return None
    python = folder / "bin" / "python"
    steps = (
        [uv, "venv", "-q", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "-q", "--python", str(python), *packages],
    )
    for step in steps:
        ended = subprocess.run(step, capture_output=True, text=True, check=False, timeout=600)
        if ended.returncode != 0:
            print(f"{' '.join(packages)}: {ended.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return None
    return python


def run(command: list[str]) -> Figures:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if ended.returncode != 0:
        raise SystemExit(f"{command[:3]} failed:\n{ended.stderr[-2000:]}")
    return Figures.read(ended.stdout)


def own_turns(address: str, case_file: Path, turns: int) -> None:
    """Measure Alfred in this process, and leave the case for the others: his own prompt and tools."""
    began = time.perf_counter()
    from tests.benchmarks.agents.own import begun

    with tempfile.TemporaryDirectory() as folder:
        turn, case = begun(Path(folder), address, TOOLS, QUESTION)
        assert EXPECTED in turn()
        ready = time.perf_counter() - began
        for _ in range(WARM_UP):
            turn()
        case_file.write_text(json.dumps({**case(), "question": QUESTION, "expected": EXPECTED}))
        walls, busy = [], time.process_time()
        for _ in range(turns):
            started = time.perf_counter()
            turn()
            walls.append((time.perf_counter() - started) * 1000)
        busy = (time.process_time() - busy) * 1000 / turns
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"walls": walls, "busy": busy, "name": "Alfred", "ready": ready, "memory": memory}))


def compare(turns: int) -> dict[str, Figures]:
    """Return the best run of each agent that could be had."""
    with tempfile.TemporaryDirectory() as made, model_server() as address:
        folder = Path(made)
        case = folder / "case.json"
        pythons = {name: installed(folder / name, packages) for name, packages in ENVIRONMENTS.items()}
        commands = {OWN: [sys.executable, __file__, "--own", address, str(case), str(turns)]} | {
            name: [str(pythons[home]), str(HERE / "agents" / "peers.py"), name, address, str(case), str(turns)]
            for name, home in PEERS.items()
            if pythons[home] is not None
        }
        runs = [{name: run(command) for name, command in commands.items()} for _ in range(REPEATS)]
    return {name: min((each[name] for each in runs), key=lambda figures: figures.wall) for name in commands}


def show(found: dict[str, Figures]) -> bool:
    """Print the table; return whether every goal that could be judged was met."""
    own, met = found[OWN], True
    print(f"{'':<26} {'ms/round':>9} {'cpu ms':>7} {'ready s':>8} {'MB':>5} {'ratio':>6} {'by cpu':>7}")
    for name, figures in found.items():
        ratio, by_processor = figures.wall / own.wall, figures.busy / own.busy
        goal = f"  goal {GOALS[name]}" if name in GOALS else ""
        met = met and ratio >= GOALS.get(name, 0)
        print(
            f"{figures.name:<26} {figures.wall:>9.2f} {figures.busy:>7.2f} {figures.ready:>8.2f} {figures.memory:>5.0f}"
            f" {ratio:>6.2f} {by_processor:>7.2f}{goal}"
        )
    for name in sorted(PEERS.keys() - found.keys()):
        print(f"{name}: left out, it could not be installed here")
    return met


def main() -> int:
    if sys.argv[1:2] == ["--own"]:
        own_turns(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    return int(not show(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 100)))


if __name__ == "__main__":
    sys.exit(main())
