"""`alfred setup` against make-believe providers: with somebody to answer, with nobody, and cut off in the middle."""

from pathlib import Path

import pytest

from adapters.keyring import open_vault
from daemon.backup import passphrase_of
from daemon.cli import service
from daemon.settings import load
from daemon.units import Ran
from sandbox.google import GoogleServer
from tests.integration.cli.conftest import Alfred
from tests.integration.cli.test_sign_in import OWNER, Paster, at_google, google
from tests.unit.daemon.units.machine import Machine

__all__ = ["at_google", "google"]

OFFERS = (
    b"From: Shoes <offers@shoes.example>\r\nTo: jo@example.com\r\nSubject: Weekly offers\r\n"
    b"List-Unsubscribe: <https://shoes.example/u>\r\nList-Id: <deals.shoes.example>\r\nPrecedence: bulk\r\n\r\n"
    b"Save 50% on shoes this week only. Unsubscribe below.\r\n"
)
RUNNING = "LoadState=loaded\nActiveState=active\nSubState=running\nMainPID=4711\nUnitFileState=enabled\nNRestarts=0\n"


class Owner(Paster):
    """An owner with an answer to each question; `PASTE` is the address that his browser ends at."""

    PASTE = "(paste)"

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self._answers = list(answers)

    def readline(self, size: int | None = -1, /) -> str:
        if not self._answers:
            return ""
        answer = self._answers.pop(0)
        return super().readline() if answer == self.PASTE else f"{answer}\n"

    @property
    def left(self) -> list[str]:
        return self._answers


LATER = ""
GMAIL = ("1", "", "", "", Owner.PASTE)


def test_mail_is_connected_read_and_shown_before_anything_is_proposed(
    alfred: Alfred, at_google: Path, google: GoogleServer
) -> None:
    google.mailbox(OWNER).deliver(OFFERS)
    ran = alfred("setup", "--step", "mail", "--no-browser", said=Owner(*GMAIL, "n"))
    assert (ran.code, ran.err) == (0, "")
    assert f"gmail is connected as {OWNER}" in ran.out
    assert "Newsletters and promotions: would archive, 1 times: “Weekly offers”" in ran.out
    assert alfred("actions", "--json").items == []
    assert "He only watches so far" in alfred("status").out


def test_with_the_owners_word_rules_begin_to_propose(alfred: Alfred, at_google: Path, google: GoogleServer) -> None:
    google.mailbox(OWNER).deliver(OFFERS)
    ran = alfred("setup", "--step", "mail", "--no-browser", said=Owner(*GMAIL, "y"))
    assert "proposed: `alfred briefing`" in ran.out
    assert "archive" in {each["kind"] for each in alfred("actions", "--json").items}


def test_the_steps_at_google_are_told_with_their_addresses(alfred: Alfred, at_google: Path) -> None:
    said = alfred("setup", "--step", "mail", "--no-browser", said=Owner("1")).out
    assert "https://console.cloud.google.com/auth/clients" in said
    assert "seven days" in said


def test_whoever_stops_loses_nothing_and_goes_on_where_he_was(alfred: Alfred, at_google: Path) -> None:
    first = alfred("setup", "--no-browser", said=Owner(LATER, *GMAIL))
    assert (first.code, "Nothing is lost" in first.out) == (0, True)
    second = alfred("setup", "--no-browser", said=Owner())
    assert f"✓ Mail: gmail ({OWNER})" in second.out
    assert "– Model: put off" in second.out
    assert "What to call the account" not in second.out


def test_a_sign_in_that_fails_leaves_no_account_behind(alfred: Alfred, at_google: Path) -> None:
    ran = alfred(
        "setup", "--step", "mail", "--no-browser", said=Owner("1", "", "", "", "http://localhost/?code=x", "n")
    )
    assert (ran.code, "belongs to another sign-in" in ran.out) == (0, True)
    assert "– Mail" in alfred("setup", said=Owner()).out


def test_a_model_that_does_not_answer_is_said_at_once(alfred: Alfred) -> None:
    choice = "2"
    ran = alfred("setup", "--step", "model", said=Owner(choice, "", "http://127.0.0.1:9", "n"))
    assert ran.code == 0
    assert "Ollama" in ran.out
    assert "127.0.0.1:9" in ran.out
    assert "– Model" in alfred("setup", said=Owner()).out


def test_banks_are_believed_once_they_are_named(alfred: Alfred) -> None:
    ran = alfred("setup", "--step", "banks", said=Owner("nonsense", "bank.example", ""))
    assert "'nonsense' is neither an address nor a domain" in ran.out
    assert "✓ Bank senders: bank.example" in alfred("setup", said=Owner()).out


def test_the_way_in_is_written_into_the_settings_and_keeps_what_stands_there(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text("# mine\n[web]\nport = 8421 # not the usual\n")
    ran = alfred("setup", "--step", "phone", said=Owner("1", "https://alfred.invalid"))
    assert "tailscale serve --bg 8421" in ran.out
    assert (home / "config.toml").read_text().splitlines() == [
        "# mine",
        "[web]",
        "port = 8421 # not the usual",
        'public_url = "https://alfred.invalid"',
        'trusted_proxies = ["127.0.0.1"]',
    ]
    assert "✓ Phone: https://alfred.invalid" in alfred("setup", said=Owner()).out


def test_a_proxy_that_was_trusted_before_stays_trusted(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text('[web]\ntrusted_proxies = ["10.0.0.2", "127.0.0.1"]\n')
    alfred("setup", "--step", "phone", said=Owner("1", "https://alfred.invalid"))
    assert 'trusted_proxies = ["10.0.0.2", "127.0.0.1"]' in (home / "config.toml").read_text()


def test_an_address_that_is_no_https_is_refused(alfred: Alfred, home: Path) -> None:
    ran = alfred("setup", "--step", "phone", said=Owner("1", "http://alfred.example"))
    assert "no https address" in ran.out
    assert not (home / "config.toml").exists()


def test_the_service_is_installed_with_the_owners_word(
    alfred: Alfred, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({("systemctl", "--user", "show"): Ran(0, RUNNING)})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(service, "runner", lambda: machine)
    monkeypatch.setattr("daemon.cli.first_steps.keeping.STARTS_WITHIN", 0.0)
    ran = alfred("setup", "--step", "service", said=Owner("y", "y", "open sesame", "open sesame"))
    assert (ran.code, "He does not answer yet" in ran.out) == (0, True)
    assert "✓ Service: alfred-household.service" in alfred("setup", said=Owner()).out
    assert passphrase_of(load(home)) == "open sesame"


def test_a_service_that_could_not_be_installed_is_offered_again(
    alfred: Alfred, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({("systemctl", "--user", "daemon-reload"): Ran(1, err="Failed to connect to bus")})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(service, "runner", lambda: machine)
    ran = alfred("setup", "--step", "service", said=Owner("y", "n"))
    assert "daemon-reload: Failed to connect to bus" in ran.out + ran.err
    (step,) = [each for each in alfred("setup", said=Owner()).out.splitlines() if "Service" in each]
    assert step.startswith("· Service")


def test_what_the_owner_would_not_keep_is_not_kept_by_installing_the_service_either(
    alfred: Alfred, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine({("systemctl", "--user", "show"): Ran(0, RUNNING)})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    monkeypatch.setattr(service, "runner", lambda: machine)
    monkeypatch.setattr("daemon.cli.first_steps.keeping.STARTS_WITHIN", 0.0)
    ran = alfred("setup", "--step", "service", said=Owner("n", "y", "n"))
    assert ("alfred-household.service is active" in ran.out, "config.toml" in ran.out) == (True, False)
    monkeypatch.delenv("OLLAMA_HOST")
    assert load(home).ollama.host == ""


def test_a_step_that_there_is_not_is_wrong_usage(alfred: Alfred) -> None:
    ran = alfred("setup", "--step", "nothing")
    assert (ran.code, "is not one of model, mail" in ran.err) == (2, True)


def test_alone_in_an_empty_household_says_what_is_missing(alfred: Alfred) -> None:
    ran = alfred("setup", "--non-interactive")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("Missing: ") == 7


def test_alone_a_client_without_a_sign_in_is_4(alfred: Alfred, at_google: Path) -> None:
    ran = alfred("setup", "--non-interactive")
    assert (ran.code, "gmail needs a sign-in: `alfred connect gmail`" in ran.out) == (4, True)
    assert alfred("connect", "gmail", "--no-browser", said=Paster()).code == 0
    again = alfred("setup", "--non-interactive")
    assert (again.code, f"gmail is connected as {OWNER}" in again.out) == (0, True)


def test_what_only_the_shell_said_is_there_for_the_service_too(
    alfred: Alfred, at_google: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = load(at_google).google
    file = at_google / "config.toml"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "client_" not in line))
    monkeypatch.setenv("GOOGLE_CLIENT_ID", said.client_id)
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", said.client_secret)
    ran = alfred("setup", "--non-interactive")
    assert "✓ google.client_id stood in this shell alone, which a service does not see: it is in config.toml" in ran.out
    assert "! google.client_secret stands in this shell alone, which a service does not see: write it into" in ran.out
    monkeypatch.delenv("GOOGLE_CLIENT_ID")
    monkeypatch.delenv("GOOGLE_CLIENT_SECRET")
    assert (load(at_google).google.client_id, load(at_google).google.client_secret) == (said.client_id, "")


def test_a_secret_that_the_shell_alone_says_is_kept_in_the_vault_where_the_owner_agrees(
    alfred: Alfred, at_google: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = load(at_google).google
    file = at_google / "config.toml"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "client_secret" not in line))
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", said.client_secret)
    alfred("setup", "--step", "banks", said=Owner("", "bank.example", ""))
    monkeypatch.delenv("GOOGLE_CLIENT_SECRET")
    assert alfred("connect", "google", "--no-browser", said=Paster()).code == 0
    assert said.client_secret not in file.read_text()


def test_a_key_that_the_shell_says_anew_is_offered_in_place_of_the_one_in_the_vault(
    alfred: Alfred, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = []
    for key in ("canary-1", "canary-1", "canary-2"):
        monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        offered.append(alfred("setup", "--step", "banks", said=Owner("y", "bank.example", "")).out)
    assert [("anthropic.api_key" in said, "(the vault keeps another)" in said) for said in offered] == [
        (True, False),
        (False, False),
        (True, True),
    ]
    assert open_vault(home).get("settings/anthropic.api_key") == "canary-2"
    left = alfred("disconnect", "anthropic")
    assert (left.code, open_vault(home).get("settings/anthropic.api_key")) == (0, None)


@pytest.mark.parametrize(("answer", "kept"), [("", "http://127.0.0.1:9"), ("n", "")])
def test_an_owner_at_hand_is_asked_whether_to_keep_what_the_shell_says(
    alfred: Alfred, home: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kept: str
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    ran = alfred("setup", "--step", "banks", said=Owner(answer, "bank.example", ""))
    assert "ollama.host: in this shell alone, which a service does not see. Keep that in the household?" in ran.out
    monkeypatch.delenv("OLLAMA_HOST")
    assert load(home).ollama.host == kept


def test_alone_a_model_that_does_not_answer_is_1(alfred: Alfred, home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text('[ollama]\nhost = "http://127.0.0.1:9"\n')
    ran = alfred("setup", "--non-interactive")
    assert (ran.code, "Ollama" in ran.out) == (1, True)


def test_whoever_wants_proposals_at_once_says_so_in_the_settings(
    alfred: Alfred, at_google: Path, google: GoogleServer
) -> None:
    google.mailbox(OWNER).deliver(OFFERS)
    with (at_google / "config.toml").open("a") as file:
        file.write('\n[actions]\nfirst = "propose"\n')
    alfred("setup", "--step", "mail", "--no-browser", said=Owner(*GMAIL))
    assert "archive" in {each["kind"] for each in alfred("actions", "--json").items}
