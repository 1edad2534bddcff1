"""What Microsoft costs: what pip brings for it, and how long its adapter takes to import.

Run it: `python tests/benchmarks/bench_microsoft.py`. `msgraph-sdk` is not needed: Graph is spoken over the HTTP client
that is there anyway.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ROUNDS = 9
PRODUCT, ITS_OWN = "alfred-butler", "msal"
MEGABYTE = 1_000_000
STEPS = {
    "adapters.microsoft": "import adapters.microsoft",
    "with msal, as the first sign-in does": "import adapters.microsoft, msal",
    "with msal and httpx, as the first call does": "import adapters.microsoft, msal, httpx",
}


def needs(package: Distribution) -> Iterator[str]:
    """Yield the names of what a package needs here."""
    for text in package.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def closure(names: Iterable[str]) -> dict[str, Distribution]:
    """Return these packages and all that they need, by name."""
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            with suppress(PackageNotFoundError):
                found[name] = distribution(name)
                waiting += needs(found[name])
    return found


def size(package: Distribution) -> int:
    """Return the bytes of a package's files, without what Python compiled of them."""
    files = (Path(str(package.locate_file(each))) for each in package.files or () if each.suffix != ".pyc")
    return sum(file.stat().st_size for file in files if file.is_file())


def milliseconds(program: str) -> tuple[float, float]:
    """Return the least that a process took of the wall's time, and of a processor's."""
    runs = [_run(program) for _ in range(ROUNDS)]
    return min(wall for wall, _ in runs) * 1000, min(processor for _, processor in runs) * 1000


def _run(program: str) -> tuple[float, float]:
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - began, used


def report_size() -> None:
    others = closure(name for name in needs(distribution(PRODUCT)) if name != ITS_OWN)
    brought = {name: size(package) for name, package in closure([ITS_OWN]).items()}
    alone = sum(bytes for name, bytes in brought.items() if name not in others)
    for name, bytes in sorted(brought.items(), key=lambda each: -each[1]):
        shared = "  (needed by others as well)" if name in others else ""
        print(f"  {name:22} {bytes / MEGABYTE:6.2f} MB{shared}")
    print(f"  {'together':22} {sum(brought.values()) / MEGABYTE:6.2f} MB")
    print(f"  {'for Microsoft alone':22} {alone / MEGABYTE:6.2f} MB")
    own = sum(file.stat().st_size for file in (ROOT / "adapters/microsoft").rglob("*.py"))
    print(f"  {'the adapter itself':22} {own / MEGABYTE:6.2f} MB")


def report_imports() -> None:
    empty = milliseconds("pass")
    for name, program in STEPS.items():
        wall, processor = (took - nothing for took, nothing in zip(milliseconds(program), empty, strict=True))
        print(f"  {name:44} {wall:6.0f} ms, {processor:4.0f} ms of a processor")


if __name__ == "__main__":
    print("What pip brings:")
    report_size()
    print(f"Import, beside an empty process, the best of {ROUNDS}:")
    report_imports()
