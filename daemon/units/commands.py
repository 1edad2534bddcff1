"""Running the machine's own commands, so that whoever tests can see what would be run."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from domain.errors import CannotBe

PATIENCE = 330.0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it said."""

    code: int = 0
    out: str = ""
    err: str = ""


class Runner(Protocol):
    """Runs one command of the machine to its end; raises `CannotBe` where there is no such command."""

    def __call__(self, *words: str) -> Ran: ...


def run_command(*words: str) -> Ran:
    try:
        ended = subprocess.run(
            words, capture_output=True, text=True, timeout=PATIENCE, check=False, env=os.environ | _session()
        )
    except FileNotFoundError:
        raise CannotBe(f"this machine has no {words[0]}; keep `alfred run` running in a way of your own") from None
    except subprocess.TimeoutExpired:
        raise CannotBe(f"{' '.join(words)} did not end within {PATIENCE:.0f} seconds") from None
    return Ran(ended.returncode, ended.stdout, ended.stderr)


def run_in_sight(*words: str) -> bool:
    """Run a command that the owner himself speaks with; return whether it ended well."""
    try:
        return subprocess.run(words, check=False).returncode == 0
    except OSError as error:
        raise CannotBe(f"{words[0]} cannot be started: {error.strerror}") from error


def _session() -> dict[str, str]:
    """Return where the user's own service manager answers: a shell opened by cron or `su` does not know."""
    folder = Path(f"/run/user/{os.getuid()}")
    if "XDG_RUNTIME_DIR" in os.environ or not folder.is_dir():
        return {}
    return {"XDG_RUNTIME_DIR": str(folder)}


def demanded(run: Runner, *words: str) -> Ran:
    """Run a command that must succeed; raise `CannotBe` with what it said."""
    ran = run(*words)
    if ran.code:
        said = (ran.err or ran.out).strip() or f"it ended with code {ran.code}"
        raise CannotBe(f"{' '.join(words)}: {said}", code="service_failed")
    return ran
