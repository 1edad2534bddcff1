"""`alfred setup` at each make-believe provider, and cut off by Ctrl-C."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli import main as cli
from sandbox.anthropic import KEY, AnthropicServer
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.microsoft import MicrosoftServer
from tests.integration.cli.conftest import PATIENCE, Alfred
from tests.integration.cli.signals import heeding_ctrl_c
from tests.integration.cli.test_setup import Owner

OWNER = "jo@example.com"
BY_CODE = ("2", "", "", "", "", "code", "n")


def settings_of(home: Path, *lines: str) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text("\n".join(lines) + "\n")


@pytest.fixture
def at_microsoft(home: Path) -> Iterator[MicrosoftServer]:
    """A household whose settings lead to a make-believe Microsoft, whose owner types each code in at once."""
    with MicrosoftServer([OWNER], limit=None) as server:
        server.sign_in.devices.polls = 0
        settings_of(
            home,
            "[microsoft]",
            f'client_id = "{server.client_id}"',
            f'authority = "{server.authority}"',
            f'graph_endpoint = "{server.base_url}"',
            "[tls]",
            f'ca_file = "{server.ca_file}"',
        )
        yield server


def test_a_key_is_tried_at_once_and_kept_in_the_vault(alfred: Alfred, home: Path) -> None:
    with AnthropicServer() as server:
        ran = alfred("setup", "--step", "model", said=Owner("1", "", KEY, server.base_url))
        assert (ran.code, ran.err) == (0, "")
        assert "✓ Model: anthropic" in alfred("setup", said=Owner()).out
    assert not any(KEY.encode() in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_a_key_that_is_refused_is_asked_for_again(alfred: Alfred) -> None:
    with AnthropicServer() as server:
        wrong = ("", "sk-ant-wrong", server.base_url)
        ran = alfred("setup", "--step", "model", said=Owner("1", *wrong, "y", "", KEY, server.base_url))
    assert "Try again?" in ran.out
    assert ran.code == 0
    assert "✓ Model: anthropic" in alfred("setup", said=Owner()).out


def test_a_token_of_azure_devops_needs_no_browser(alfred: Alfred, home: Path) -> None:
    with AzureDevOpsServer() as server:
        token = server.pat(OWNER)
        answers = ("1", "", server.organization_url, token, "2027-03-31", "", "")
        ran = alfred("setup", "--step", "work", said=Owner(*answers))
        assert (ran.code, ran.err) == (0, "")
        assert f"devops is connected as {OWNER}" in ran.out
        assert "✓ Work: devops" in alfred("setup", said=Owner()).out
    assert not any(token.encode() in file.read_bytes() for file in home.rglob("*") if file.is_file())


def test_alone_a_token_in_the_settings_is_enough(alfred: Alfred, home: Path) -> None:
    with AzureDevOpsServer() as server:
        settings_of(home, "[azure_devops]", f'url = "{server.organization_url}"', f'pat = "{server.pat(OWNER)}"')
        ran = alfred("setup", "--non-interactive")
        assert (ran.code, f"devops is connected as {OWNER}" in ran.out) == (0, True)


@pytest.mark.usefixtures("at_microsoft")
def test_a_code_typed_in_elsewhere_signs_in_without_a_browser(alfred: Alfred) -> None:
    ran = alfred("setup", "--step", "mail", "--no-browser", said=Owner(*BY_CODE))
    assert (ran.code, ran.err) == (0, "")
    assert f"office is connected as {OWNER}" in ran.out


@pytest.mark.usefixtures("at_microsoft")
def test_a_calendar_is_one_permission_more_of_the_same_account(alfred: Alfred) -> None:
    alfred("setup", "--step", "mail", "--no-browser", said=Owner(*BY_CODE))
    ran = alfred("setup", "--step", "calendar", "--no-browser", said=Owner("1"))
    assert (ran.code, ran.err) == (0, "")
    assert f"✓ Calendar: office ({OWNER})" in alfred("setup", said=Owner()).out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_ctrl_c_at_a_question_loses_nothing(alfred: Alfred, home: Path) -> None:
    alfred("setup", "--step", "banks", said=Owner("bank.example", ""))
    there, here = pty.openpty()
    command = [sys.executable, "-m", "daemon.cli.main", "--home", str(home), "setup", "--step", "mail"]
    with heeding_ctrl_c():
        asking = subprocess.Popen(command, stdin=here, stdout=here, stderr=here, cwd=Path(cli.__file__).parents[2])
    os.close(here)
    said = read_until(there, "Which one")
    asking.send_signal(signal.SIGINT)
    said += read_until(there, "goes on from here")
    assert asking.wait(30) == 130
    os.close(there)
    assert "Traceback" not in said
    assert "✓ Bank senders: bank.example" in alfred("setup", said=Owner()).out


def read_until(terminal: int, words: str) -> str:
    """Return what a terminal shows, up to these words."""
    said, until = "", time.monotonic() + PATIENCE
    while words not in said and time.monotonic() < until:
        if select.select([terminal], [], [], 1.0)[0]:
            said += os.read(terminal, 4096).decode(errors="replace")
    return said
