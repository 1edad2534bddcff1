"""A tunnel to a household: what cloudflared is told, and what is written down for it."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.tunnel import Tunnel, config_text, host_of, is_signed_in, tunnel_id, tunnelled_port
from daemon.units import run_command
from domain.errors import CannotBe, Invalid
from tests.unit.daemon.cloudflared import TAKEN, TUNNEL, FakeCloudflared

HOST = "alfred.example.org"


@pytest.fixture
def cloudflared(tmp_path: Path) -> FakeCloudflared:
    return FakeCloudflared(tmp_path / "bin")


@pytest.fixture
def tunnel(tmp_path: Path, cloudflared: FakeCloudflared) -> Tunnel:
    home = tmp_path / "household"
    home.mkdir(mode=0o700)
    return Tunnel(home, run_command, str(cloudflared.program))


def test_a_tunnel_is_made_checked_and_named_in_that_order(tunnel: Tunnel, cloudflared: FakeCloudflared) -> None:
    tunnel.make(HOST, 8420)
    assert cloudflared.told == [
        f"tunnel create --credentials-file {tunnel.credentials} alfred-example-org",
        f"tunnel --config {tunnel.config} ingress validate",
        f"tunnel --config {tunnel.config} route dns {TUNNEL} {HOST}",
    ]
    modes = [file.stat().st_mode & 0o777 for file in (tunnel.config, tunnel.credentials)]
    assert (tunnelled_port(tunnel.home), modes) == (8420, [0o600, 0o600])


def test_a_tunnel_that_there_is_is_led_elsewhere_and_not_made_again(
    tunnel: Tunnel, cloudflared: FakeCloudflared
) -> None:
    tunnel.make(HOST, 8420)
    before = tunnel.credentials.read_bytes()
    tunnel.make("butler.example.org", 8421)
    assert len([told for told in cloudflared.told if " create " in told]) == 1
    assert (tunnel.credentials.read_bytes(), tunnelled_port(tunnel.home)) == (before, 8421)
    assert HOST not in tunnel.config.read_text()


def test_a_name_that_leads_elsewhere_is_left_as_it_is(tunnel: Tunnel, cloudflared: FakeCloudflared) -> None:
    cloudflared.knows_the_name_already()
    with pytest.raises(CannotBe, match=TAKEN):
        tunnel.make(HOST, 8420)
    assert not any("overwrite" in told for told in cloudflared.told)


def test_a_name_within_another_domain_is_noticed(tunnel: Tunnel, cloudflared: FakeCloudflared) -> None:
    cloudflared.is_signed_in_for("shop.example")
    with pytest.raises(
        CannotBe, match=r"named it alfred\.example\.org\.shop\.example, for you are signed in for another"
    ):
        tunnel.make(HOST, 8420)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"TunnelID": 7}', '{"TunnelID": "x\\n  - service: ssh://"}'])
def test_credentials_of_no_tunnel_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tunnel.json").write_text(text)
    with pytest.raises(CannotBe, match="a new one is made"):
        tunnel_id(tmp_path / "tunnel.json")


def test_only_the_app_and_the_hooks_are_led_to() -> None:
    text = config_text(TUNNEL, Path("/home/jo/.alfred/tunnel.json"), HOST, 8420)
    assert text.splitlines() == [
        f"tunnel: {TUNNEL}",
        'credentials-file: "/home/jo/.alfred/tunnel.json"',
        "",
        "ingress:",
        f"  - hostname: {HOST}",
        "    path: ^/metrics",
        "    service: http_status:404",
        f"  - hostname: {HOST}",
        "    path: ^/hooks/",
        "    service: http://127.0.0.1:8420",
        f"  - hostname: {HOST}",
        "    service: http://127.0.0.1:8420",
        "  - service: http_status:404",
    ]


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_no_folder_says_more_than_its_name(folder: str) -> None:
    file = Path("/") / folder / "PORT HOSTNAME" / "tunnel.json"
    text = config_text(TUNNEL, file, HOST, 8420)
    named = re.search(r"^credentials-file: (.+)$", text, re.MULTILINE)
    assert named is not None
    assert (json.loads(named[1]), len(text.splitlines())) == (str(file), 13)


@pytest.mark.parametrize("odd", ["\n", "\x7f", "\x85", "\u2028"])
def test_a_folder_with_what_cannot_be_seen_is_refused(odd: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        config_text(TUNNEL, Path(f"/home/jo{odd}/tunnel.json"), HOST, 8420)


@pytest.mark.parametrize(
    "address", ["https://alfred.example.org:8443", "https://alfred", "https://a_b.org", "https://ä.org"]
)
def test_what_cannot_be_a_name_at_cloudflare_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="no port"):
        host_of(address)


def test_whoever_signed_in_once_need_not_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TUNNEL_ORIGIN_CERT", str(tmp_path / "cert.pem"))
    before = is_signed_in()
    (tmp_path / "cert.pem").touch()
    assert (before, is_signed_in()) == (False, True)
