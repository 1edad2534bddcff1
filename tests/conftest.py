"""What every test may rely on: a clean environment, no network but loopback, and browsers where there are some."""

import ipaddress
import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import certifi
import pytest
from hypothesis import settings

# The same examples on every run, so that a red test means a change; the soak looks further.
settings.register_profile("steady", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("soak", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("steady")

OWNERS_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "OLLAMA_HOST",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "CREDENTIALS_DIRECTORY",
)
# requests lets these override the certificate authority that a session was given.
CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
# How wide the terminal is that the tests run in; a run on several cores sets it, too.
TERMINAL_VARIABLES = ("COLUMNS", "LINES")
TESTS = Path(__file__).parent
FAILED_FIRST = "failed first"
"""What a test reports of itself that was tried again."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FIREFOX = ("firefox-esr", "firefox")


def _belongs_to_the_owner(name: str) -> bool:
    return name.startswith("ALFRED_") or name in OWNERS_VARIABLES + CERTIFICATE_VARIABLES + TERMINAL_VARIABLES


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the owner's data, secrets and proxies out of the tests, those of subprocesses included."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_belongs_to_the_owner, list(os.environ)):
            patch.delenv(name)
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        patch.setenv("ALFRED_HOME", str(home / "alfred"))
        patch.setenv("AZURE_DEVOPS_CACHE_DIR", str(home / "azure-devops"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        yield


def _is_outside(address: Any) -> bool:
    if not isinstance(address, tuple):
        return False
    host = address[0]
    if host in ("", "localhost"):
        return False
    try:
        return not ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return True


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuses every connection that would leave the machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if _is_outside(address):
            raise PermissionError(f"a test tried to reach {address}; only loopback is allowed")
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if _is_outside(address):
            raise PermissionError(f"a test tried to reach {address}; only loopback is allowed")
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spares each of a thousand secure clients the reading of some hundred authorities, twice 50 ms apiece.

    On loopback nobody shows a certificate of theirs: one of them stands for all.
    """
    first, end, _ = certifi.contents().partition("-----END CERTIFICATE-----")
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    bundle.write_text(first + end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(bundle))
        patch.setattr(ssl.SSLContext, "load_default_certs", lambda self, purpose=None: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_seals() -> Iterator[None]:
    """Spares every sealed backup the half second, and the 128 MiB, that a passphrase costs whoever guesses."""
    from daemon.backup.sealing import Sealer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daemon.backup.archive.Sealer", partial(Sealer, cost=2))
        yield


def _find(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def _playwright_has(browser: str) -> bool:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    return folder is not None and any(Path(folder).glob(f"{browser}-*"))


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """The `executable_path` to launch Chromium with; None stands for Playwright's own."""
    return _find(CHROMIUM)


@pytest.fixture(scope="session")
def firefox() -> str:
    """The path of an installed Firefox."""
    path = _find(FIREFOX)
    if path is None:
        pytest.skip("no Firefox on this machine")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    spread(items)
    if _find(CHROMIUM) or _playwright_has("chromium"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(
                pytest.mark.skip(reason="no browser on this machine; ./setup.sh test says how to install one")
            )


def spread(items: list[pytest.Item]) -> None:
    """Order whole files so that those of each folder lie evenly over the run: few browsers are then open at once.

    Those with a time limit of their own, which take longest, come first of their folder, lest one worker end alone.
    """
    long = {item.path for item in items if item.get_closest_marker("timeout")}
    folders: dict[Path, list[Path]] = {}
    for file in sorted(dict.fromkeys(item.path for item in items), key=lambda file: file not in long):
        folders.setdefault(TESTS / file.relative_to(TESTS).parts[0], []).append(file)
    places = {file: at / len(files) for files in folders.values() for at, file in enumerate(files)}
    items.sort(key=lambda item: places[item.path])


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes with the figures in plain words; what broke outside a test's body counts as failed."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.collectonly:
        return
    count = {outcome: len(reporter.stats.get(outcome, ())) for outcome in ("passed", "failed", "error", "skipped")}
    line = f"{count['passed']} passed, {count['failed'] + count['error']} failed"
    if count["skipped"]:
        line += f", {count['skipped']} skipped"
    reporter.write_line(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell of what passed only when it was tried again: it may be the product that loses something."""
    for report in (each for reports in terminalreporter.stats.values() for each in reports):
        for name, said in getattr(report, "user_properties", ()):
            if name == FAILED_FIRST:
                terminalreporter.section(f"tried again: {report.nodeid}")
                terminalreporter.write_line(said)
