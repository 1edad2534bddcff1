"""Alfred starts soon and stays small: what one household in ten needs is imported when it is needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SDKS = [
    "googleapiclient",
    "google.oauth2",
    "google_auth_oauthlib",
    "httplib2",
    "requests",
    "anthropic",
    "ollama",
    "msal",
    "msgraph",
    "pywebpush",
]
HEAVY = [
    "httpx",
    "rich",
    "numpy",
    "sqlite_utils",
    "icalendar",
    "pdfplumber",
    "pypdfium2",
    "PIL",
    "keyring",
    "typer",
    "jinja2",
    "segno",
]
OWN = ["application.chat.service", "adapters.local.matching", "adapters.ledgers", "adapters.pdf"]
ADAPTERS = ["adapters.google", "adapters.microsoft", "adapters.azure_devops", "adapters.power_automate"]
BEHIND_THE_GATE = ["daemon.container", "apscheduler", "web.api.app", "application.finance.desk", "adapters.local"]
OPENED = """
from pathlib import Path
from daemon.household import app_of, household, jobs_of
from daemon.settings import load
settings = load(Path({home!r}))
with household(settings) as container:
    app_of(container, settings)
    for job in jobs_of(container, settings):
        job.work()
    assert container.local_brain() is not None
"""


def loaded_by(program: str, home: Path) -> set[str]:
    """Return the modules that a process has loaded once it has run `program`."""
    environment = {**os.environ, "ALFRED_HOME": str(home), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


@pytest.mark.parametrize("module", ["daemon.service", "daemon.container"])
def test_importing_the_daemon_loads_no_sdk_and_nothing_heavy(module: str, tmp_path: Path) -> None:
    assert loaded_by(f"import {module}", tmp_path) & {*SDKS, *HEAVY} == set()


def test_a_household_without_accounts_runs_its_jobs_without_any_sdk(tmp_path: Path) -> None:
    program = OPENED.format(home=str(tmp_path / "household"))
    loaded_by(program, tmp_path)
    assert loaded_by(program, tmp_path) & {*SDKS, *HEAVY, *OWN, *ADAPTERS} == set()


def test_the_terminal_starts_without_what_only_some_commands_need(tmp_path: Path) -> None:
    unwanted = {
        *SDKS,
        "httpx",
        "pydantic",
        "numpy",
        "sqlite_utils",
        "starlette",
        "uvicorn",
        "daemon.service",
        "daemon.household",
        "daemon.settings",
        "domain.codec",
        "domain.kinds",
        "domain.messages",
        "application.ports.store",
    }
    assert loaded_by("import daemon.cli.commands", tmp_path) & unwanted == set()


def test_the_settings_are_read_without_the_household_that_they_are_of(tmp_path: Path) -> None:
    unwanted = {"application.ports.store", "application.announcing", "domain.kinds", "domain.finance.statements"}
    assert loaded_by("import daemon.settings", tmp_path) & {*SDKS, *HEAVY, *unwanted} == set()


def test_what_is_loaded_is_seen(tmp_path: Path) -> None:
    assert loaded_by("import httpx, sqlite_utils", tmp_path) >= {"httpx", "sqlite_utils"}


def test_the_first_answer_waits_for_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    loaded = loaded_by("import daemon.cli.main, daemon.service, daemon.requests, uvicorn", tmp_path)
    assert loaded & {*SDKS, *HEAVY, *OWN, *ADAPTERS, *BEHIND_THE_GATE} == set()


def test_the_daemon_starts_without_the_terminals_library(tmp_path: Path) -> None:
    assert loaded_by("import daemon.cli.main, daemon.service", tmp_path) & {*SDKS, *HEAVY} == set()
