"""`alfred connect google` against the make-believe Google: by browser, by pasting, and out again."""

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from daemon.cli.client import open_api
from daemon.settings import load
from sandbox.azure_devops import AzureDevOpsServer
from sandbox.azure_devops.entra import believing
from sandbox.google import GoogleServer
from sandbox.microsoft import MicrosoftServer
from tests.integration.cli.conftest import Alfred, run_apart

OWNER = "jo@example.com"
VISIT = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10).read()"


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Paster(io.StringIO):
    """An owner who opens the printed address on another machine, and pastes where the browser ended."""

    def readline(self, size: int | None = -1, /) -> str:
        assert isinstance(sys.stdout, io.StringIO)
        address = next(line for line in sys.stdout.getvalue().splitlines() if line.startswith("http"))
        try:
            build_opener(_NoRedirect).open(address, timeout=10)
        except HTTPError as answer:
            with answer:
                return f"{answer.headers['location']}\n"
        raise AssertionError("the consent page did not send the browser on")


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer([OWNER], quota=None) as server:
        server.mailbox(OWNER).deliver(b"From: a@b.example\r\nSubject: Hello\r\n\r\nCould you call me by Friday?\r\n")
        yield server


@pytest.fixture
def at_google(google: GoogleServer, home: Path) -> Path:
    installed = google.client_config()["installed"]
    home.mkdir(mode=0o700)
    lines = [f'{key} = "{installed[key]}"' for key in ("client_id", "client_secret", "auth_uri", "token_uri")]
    (home / "config.toml").write_text("\n".join(["[google]", *lines, f'api_endpoint = "{google.base_url}"']))
    return home


def test_pasting_the_address_signs_in_and_takes_the_mail_in(alfred: Alfred, at_google: Path) -> None:
    ran = alfred("connect", "google", "--no-browser", said=Paster())
    assert (ran.code, ran.err) == (0, "")
    assert f"gmail is connected as {OWNER}" in ran.out
    assert "gmail/mail works: 1 messages taken in" in ran.out
    assert [message["subject"] for message in alfred("inbox", "--json").items] == ["Hello"]


def test_a_browser_that_comes_back_by_itself_needs_no_pasting(at_google: Path, tmp_path: Path) -> None:
    script = tmp_path / "visit.py"
    script.write_text(VISIT)
    surroundings = {**os.environ, "DISPLAY": ":0", "BROWSER": f"{sys.executable} {script} %s"}
    ran = run_apart(at_google, "connect", "google", "--account", "private", env=surroundings)
    assert (ran.code, ran.err) == (0, "")
    assert f"private is connected as {OWNER}" in ran.out


def test_nonsense_is_refused_and_nothing_is_kept(alfred: Alfred, at_google: Path) -> None:
    ran = alfred("connect", "google", "--no-browser", said="http://localhost/?code=guess\n")
    assert ran.code == 2
    assert "redirect" in ran.err
    assert "gmail: nobody is signed in" in alfred("doctor").out


def test_nothing_pasted_is_wrong_usage(alfred: Alfred, at_google: Path) -> None:
    ran = alfred("connect", "google", "--no-browser")
    assert (ran.code, "nothing was pasted" in ran.err) == (2, True)


def test_leaving_takes_the_secrets_and_leaves_the_mail(alfred: Alfred, at_google: Path) -> None:
    alfred("connect", "google", "--no-browser", said=Paster())
    ran = alfred("disconnect", "gmail")
    assert (ran.code, "disconnected" in ran.out) == (0, True)
    assert len(alfred("inbox", "--json").items) == 1
    again = alfred("disconnect", "gmail")
    assert again.code == 1


def test_acting_without_the_wider_permission_needs_a_sign_in(alfred: Alfred, at_google: Path) -> None:
    alfred("connect", "google", "--no-browser", said=Paster())
    message = alfred("inbox", "--json").items[0]["id"]
    with open_api(load(at_google)) as api:
        action = api.call("POST", "/api/actions", {"kind": "archive", "target": message, "arguments": {}})
    ran = alfred("approve", action["id"])
    assert ran.code == 4
    assert "alfred connect gmail --more" in ran.err

    assert alfred("connect", "gmail", "--more", "--no-browser", said=Paster()).code == 0
    assert alfred("retry", action["id"]).code == 0
    assert alfred("inbox", "--json").items == []


def test_an_expired_sign_in_is_4_and_names_the_way_back(alfred: Alfred, at_google: Path, google: GoogleServer) -> None:
    alfred("connect", "google", "--no-browser", said=Paster())
    google.sign_in.revoke_account(OWNER)
    with open_api(load(at_google)) as api:
        api.call("POST", "/api/accounts", {"name": "other", "provider": "google", "settings": {}})
    ran = alfred("poll", "--json")
    assert (ran.code, ran.items) == (4, [])
    assert "gmail/mail: " in ran.err
    assert "other: other is not connected" in ran.err, "each source is tried, whatever the others say"
    assert alfred("poll", "other").code == 4
    doctor = alfred("doctor")
    assert (doctor.code, "alfred connect gmail" in doctor.out) == (1, True)


def test_a_token_is_pasted_or_comes_with_the_settings_and_is_replaced_the_same_way(alfred: Alfred) -> None:
    with AzureDevOpsServer() as devops:
        place = f"url={devops.organization_url}"
        first, second, third = (devops.pat(OWNER) for _ in range(3))
        ran = alfred("connect", "azure_devops", "--account", "devops", "--set", place, said=io.StringIO(f"{first}\n"))
        assert (ran.code, f"devops is connected as {OWNER}" in ran.out) == (0, True)
        devops.tokens.expire(first)
        assert alfred("connect", "devops", said=io.StringIO(f"{second}\n")).code == 0
        devops.tokens.expire(second)
        assert alfred("connect", "devops", "--set", place, "--set", f"pat={third}").code == 0


def test_azure_devops_is_opened_by_entra_with_the_application_of_microsoft(alfred: Alfred, home: Path) -> None:
    with (
        MicrosoftServer([OWNER], limit=None) as microsoft,
        AzureDevOpsServer(entra=believing(microsoft.sign_in)) as devops,
    ):
        microsoft.sign_in.devices.polls = 0
        home.mkdir(mode=0o700)
        application = f'[microsoft]\nclient_id = "{microsoft.client_id}"\nauthority = "{microsoft.authority}"\n'
        (home / "config.toml").write_text(f'{application}[tls]\nca_file = "{microsoft.ca_file}"\n')
        wishes = ("--set", f"url={devops.organization_url}", "--set", "sign_in=code")
        ran = alfred("connect", "azure_devops", "--account", "devops", *wishes)
        assert (ran.code, f"devops is connected as {OWNER}" in ran.out) == (0, True)
        microsoft.sign_in.expire_access_tokens()
        assert alfred("prs").code == 0
        assert alfred("disconnect", "devops").code == 0
