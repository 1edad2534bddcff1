"""Where settings come from, which of them wins, and how a wrong one is refused."""

import re
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from daemon.settings import PROVIDER_SECTIONS, described, load, provider_settings, section_kinds, shown
from domain.errors import Invalid


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ALFRED_HOME")
    return tmp_path


def test_a_household_without_a_file_runs_on_defaults(home: Path) -> None:
    settings = load(home)
    assert (settings.home, settings.web.port, settings.poll.interval) == (home, 8420, 60)


def test_each_place_outranks_the_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def port(**overrides: object) -> int:
        return load(home, overrides).web.port

    (home / "config.toml").write_text("[web]\nport = 1001\nhost = '0.0.0.0'")
    assert port() == 1001
    (home / ".env").write_text("ALFRED_WEB__PORT=1002\n")
    assert port() == 1002
    monkeypatch.setenv("ALFRED_WEB__PORT", "1003")
    assert port() == 1003
    assert port(web={"port": 1004}) == 1004
    assert load(home).web.host == "0.0.0.0"


def test_an_env_file_says_what_stands_there_whatever_wrote_it(home: Path) -> None:
    (home / ".env").write_bytes("\ufeffALFRED_WEB__PORT='1002'\r\nANTHROPIC_API_KEY='a${HOME}$b#c'\r\n".encode())
    (home / "config.toml").write_bytes("\ufeff[web]\r\nhost = '0.0.0.0'\r\n".encode())
    settings = load(home)
    assert (settings.web.port, settings.web.host, settings.anthropic.api_key) == (1002, "0.0.0.0", "a${HOME}$b#c")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"A=1\nALFRED_WEB__PORT: 9001\n", "line 2 is not NAME=VALUE"),
        (b'A=1\nALFRED_WEB__PORT="9001\n', "quotation mark is never closed"),
        ("A=Jürgen\n".encode("latin-1"), "not written in UTF-8"),
        ("A=1\n".encode("utf-16"), "not written in UTF-8"),
    ],
)
def test_no_line_of_an_env_file_is_passed_over_in_silence(home: Path, written: bytes, told: str) -> None:
    file = home / ".env"
    file.write_bytes(written)
    with pytest.raises(Invalid, match=told) as refused:
        load(home)
    assert refused.value.where == str(file)


def test_the_folder_is_named_by_the_environment_and_by_the_command_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALFRED_HOME", str(home / "one"))
    assert load().home == home / "one"
    assert load(home / "two").home == home / "two"


def test_usual_names_are_read_and_ours_outrank_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "usual")
    assert load(home).google.client_id == "usual"
    monkeypatch.setenv("ALFRED_GOOGLE__CLIENT_ID", "ours")
    assert load(home).google.client_id == "ours"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("own.pem", "{home}/own.pem"), ("~/own.pem", "{user}/own.pem"), ("{user}/own.pem", "{user}/own.pem")],
)
def test_a_path_means_the_same_file_whatever_folder_a_command_is_run_in(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, written: str, meant: str
) -> None:
    places = {"home": home, "user": tmp_path_factory.mktemp("user")}
    monkeypatch.setenv("HOME", str(places["user"]))
    path = Path(meant.format(**places))
    path.touch()
    text = written.format(**places)
    (home / "config.toml").write_text(f'[tls]\nca_file = "{text}"\n[backup]\nfolder = "{text}"\n')
    settings = load(home)
    assert (settings.tls.ca_file, settings.backup.folder, settings.backups.parent) == (path, path, path.parent)


def test_a_list_in_the_environment_is_words_with_commas(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_WEB__ALLOWED_HOSTS", "a.example, b.example")
    assert load(home).web.allowed_hosts == ("a.example", "b.example")


def test_a_proxy_may_be_on_this_machine_or_in_the_network_of_an_address(home: Path) -> None:
    web = load(home, {"web": {"trusted_proxies": "localhost, 10.0.0.5/24,172.16.0.2"}}).web
    assert web.trusted_proxies == ("127.0.0.1", "::1", "10.0.0.0/24", "172.16.0.2")


def test_the_owners_hours_can_be_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load(home).hours.start, load(home).hours.end, load(home).hours.days) == (time(9), time(18), {0, 1, 2, 3, 4})
    monkeypatch.setenv("ALFRED_OWNER__WORKING_HOURS", "08:30 - 17:00")
    monkeypatch.setenv("ALFRED_OWNER__WORKING_DAYS", "Sun, mon")
    hours = load(home, {"owner": {"timezone": "Asia/Dubai"}}).hours
    assert (hours.start, hours.end, hours.days, str(hours.zone)) == (time(8, 30), time(17), {0, 6}, "Asia/Dubai")


@pytest.mark.parametrize("owner", [{"working_hours": "nine to five"}, {"working_days": ["funday"]}])
def test_hours_that_nobody_works_are_refused(home: Path, owner: dict[str, object]) -> None:
    with pytest.raises(Invalid, match=r"such as 09:00-18:00|some of mon, tue"):
        load(home, {"owner": owner})


def test_a_section_of_two_words_is_named_in_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_AZURE_DEVOPS__URL", "https://code.example/org")
    assert load(home).azure_devops.url == "https://code.example/org"


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[web]\nport = 'many'", ("web.port", "'many'", "whole number")),
        ("[web]\nport = 70000", ("web.port", "70000", "65535")),
        ("[web]\nprot = 1", ("web.prot", "known are host, port")),
        ("[wob]\nport = 1", ("wob", "known are", "web")),
        ("[log]\nlevel = 'loud'", ("log.level", "'loud'", "debug, info")),
        ("[owner]\ntimezone = 'Mars/Base'", ("owner.timezone", "Mars/Base", "Europe/Berlin")),
        ("[tls]\nca_file = '/nowhere.pem'", ("tls.ca_file", "/nowhere.pem", "file")),
        ("[backup]\nfolder = '~nobody-at-all/x'", ("backup.folder", "~nobody-at-all/x")),
        ("[backup]\nfolder = 3", ("backup.folder", "text")),
        ("[web]\ntls_cert = '/etc/hostname'", ("web.tls_cert and web.tls_key",)),
        ("[web]\ntrusted_proxies = ['*']", ("web.trusted_proxies", "10.0.0.0/24")),
        ("[web]\ntrusted_proxies = ['127.0.0.1', '::/0']", ("web.trusted_proxies", "::/0")),
        ("[web]\ntrusted_proxies = ['0.0.0.0/1', '128.0.0.0/1']", ("web.trusted_proxies", "none wider than /8")),
        ("[web]\ntrusted_proxies = ['2000::/3']", ("web.trusted_proxies", "2000::/3", "/16 of IPv6")),
        ("[web]\ntrusted_proxies = ['proxy.lan']", ("web.trusted_proxies", "proxy.lan")),
        ("web = 3", ("web in", "keys and values")),
        ("home = '/elsewhere'", ("home", "--home")),
        ("[web\n", ("line 1",)),
        ("[web]\nport = \n", ("line 2",)),
    ],
)
def test_a_wrong_value_names_the_key_the_value_the_file_and_what_is_allowed(
    home: Path, toml: str, told: tuple[str, ...]
) -> None:
    file = home / "config.toml"
    file.write_text(toml)
    with pytest.raises(Invalid) as refused:
        load(home)
    assert [words for words in (str(file), *told) if words not in str(refused.value)] == []


ADDRESSES = {
    f"{section}.{each.name}": each
    for section, kind in section_kinds()
    for each in fields(kind)
    if re.search(r"url$|uri$|endpoint|authority|channel|^host$|^subject$", each.name)
}


@pytest.mark.parametrize(
    "nonsense", ["http://", "ftp://x", "not an address", "https://a.example:99999", "https://[::1"]
)
@pytest.mark.parametrize("name", ADDRESSES)
def test_what_is_no_address_is_refused_by_its_place_and_a_secret_one_is_not_quoted(
    home: Path, name: str, nonsense: str
) -> None:
    section, key = name.split(".")
    with pytest.raises(Invalid) as refused:
        load(home, {section: {key: nonsense}})
    assert str(refused.value).startswith(f"{name} in the command line: ")
    assert (nonsense in str(refused.value)) is ADDRESSES[name].repr


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("web.public_url", "https://alfred.example/", "https://alfred.example"),
        ("web.public_url", "HTTPS://alfred.example", "https://alfred.example"),
        ("web.host", "::", "::"),
        ("web.host", "", ""),
        ("power_automate.send_url", "HTTPS://flow.example/Send?sig=Ab", "https://flow.example/Send?sig=Ab"),
        ("push.subject", "MAILTO:Jo@home.example ", "mailto:Jo@home.example"),
        ("ollama.host", "gpu.local", "gpu.local"),
        ("ollama.host", "10.0.0.2:11434", "10.0.0.2:11434"),
        ("ollama.host", ":11434", ":11434"),
        ("anthropic.base_url", " http://proxy:4000/claude ", "http://proxy:4000/claude"),
        ("update.channel", "http://127.0.0.1:9/release.json", "http://127.0.0.1:9/release.json"),
        ("push.subject", "mailto:jo@home.example", "mailto:jo@home.example"),
        ("google.auth_uri", "https://[::1]:8443/auth?prompt=none", "https://[::1]:8443/auth?prompt=none"),
    ],
)
def test_what_is_an_address_is_taken(home: Path, name: str, given: str, kept: str) -> None:
    section, key = name.split(".")
    assert getattr(getattr(load(home, {section: {key: given}}), section), key) == kept


def test_who_listens_everywhere_finds_itself_near(home: Path) -> None:
    assert load(home, {"web": {"host": ""}}).web.near_url(8080) == "http://localhost:8080"


@pytest.mark.parametrize("name", ["ALFRED_WEB__PROT", "ALFRED_WOB__PORT"])
def test_an_unknown_name_in_the_environment_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    with pytest.raises(Invalid, match="in the environment: there is no such setting"):
        load(home)


def test_a_file_that_is_no_text_is_refused(home: Path) -> None:
    (home / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="cannot be read"):
        load(home)


def test_no_secret_is_shown_nor_quoted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", "canary-1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-2")
    settings = load(home)
    assert (settings.google.client_secret, settings.anthropic.api_key) == ("canary-1", "canary-2")
    assert "canary" not in f"{settings!r} {settings} {shown(settings)}"
    assert load(home, {"web": {"port": 1}}).web.port == 1
    (home / "config.toml").write_text("[google]\nclient_secret = 4242")
    monkeypatch.delenv("GOOGLE_CLIENT_SECRET")
    with pytest.raises(Invalid) as refused:
        load(home)
    assert "google.client_secret" in str(refused.value)
    assert "4242" not in str(refused.value)


@pytest.mark.parametrize("address", ["jo", "jo@home.example, eve@evil.example", "Jo <jo@home.example>", "jo@"])
def test_exactly_one_address_may_sign_in_with_google(home: Path, address: str) -> None:
    with pytest.raises(Invalid, match="exactly one mail address"):
        load(home, {"web": {"google_address": address}, "google": {"client_id": "x"}})


def test_signing_in_with_google_needs_a_client(home: Path) -> None:
    web = {"google_address": "jo@home.example"}
    with pytest.raises(Invalid, match=r"the settings: .*set web\.google_client_id or google\.client_id"):
        load(home, {"web": web, "google": {"client_secret": "secret-1"}})
    assert load(home, {"web": web, "google": {"client_id": "a", "client_secret": "b"}}).sign_in_client == ("a", "b")
    own = {**web, "google_client_id": "c", "google_client_secret": "d"}
    assert load(home, {"web": own, "google": {"client_id": "a", "client_secret": "b"}}).sign_in_client == ("c", "d")


def test_a_section_that_holds_a_secret_is_not_quoted(home: Path) -> None:
    (home / "cert.pem").write_text("")
    web = {"google_client_secret": "secret-1", "tls_cert": str(home / "cert.pem")}
    with pytest.raises(Invalid, match="needed together") as caught:
        load(home, {"web": web})
    assert "secret-1" not in str(caught.value)


def test_settings_cannot_be_changed_afterwards(home: Path) -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        load(home).web.port = 1  # type: ignore[misc]


def test_every_setting_is_described_in_words() -> None:
    assert [name for name, _, meaning in described() if len(meaning) < 8] == []


def test_a_private_authority_reaches_every_provider(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "authority.pem"
    file.touch()
    monkeypatch.setenv("ALFRED_TLS__CA_FILE", str(file))
    told = provider_settings(load(home))
    assert {name: found["ca_file"] for name, found in told.items()} == dict.fromkeys(PROVIDER_SECTIONS, str(file))
