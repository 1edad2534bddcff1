"""Two households side by side on one machine, looked at by one browser."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from daemon.cli import service
from daemon.household import app_of, household
from daemon.settings import load
from tests.integration.api.serving import serving_app
from tests.integration.cli.conftest import run_alfred
from tests.unit.daemon.units.machine import Machine


@contextmanager
def running(home: Path, address: str) -> Iterator[tuple[str, str]]:
    """Run a household whose butler says `address`; give where it answers, and a pairing code."""
    home.mkdir(mode=0o700)
    (home / "persona.toml").write_text(f'address = "{address}"\n')
    with household(load(home)) as container, serving_app(app_of(container, load(home))) as url:
        yield url.replace("127.0.0.1", "localhost"), container.devices().new_code()


def test_signing_in_to_one_leaves_the_browser_signed_in_to_the_other(tmp_path: Path) -> None:
    with ExitStack() as open_ones, httpx.Client(trust_env=False) as browser:
        houses = {name: open_ones.enter_context(running(tmp_path / f".alfred-{name}", name)) for name in ("Jo", "Anna")}
        for url, code in houses.values():
            assert browser.post(f"{url}/api/session", json={"code": code, "name": "Firefox"}).status_code == 200
        for name, (url, _) in houses.items():
            assert browser.get(f"{url}/api/persona").json()["address"] == name
        first, second = (url for url, _ in houses.values())
        assert browser.delete(f"{first}/api/session").status_code == 204
        assert browser.get(f"{second}/api/session").status_code == 200


def test_a_session_from_before_cookies_had_names_of_their_own_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with household(load(home)) as container, serving_app(app_of(container, load(home))) as url:
        _, token = container.devices().pair(container.devices().new_code(), "Firefox")
        answer = httpx.get(f"{url}/api/session", headers={"Cookie": f"alfred={token}"}, trust_env=False)
    assert answer.json()["name"] == "Firefox"


def test_a_further_household_is_given_a_port_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(service, "runner", Machine)
    names = (".alfred", ".alfred-anna", ".alfred-bob")
    said = [run_alfred(tmp_path / name, ["install"]).out for name in names]
    ports = [load(tmp_path / name).web.port for name in names]
    assert ports[0] == 8420
    assert len(set(ports)) == len(names)
    assert f"this one is at http://localhost:{ports[1]}" in said[1]
    assert "Another household" not in said[0]
    run_alfred(tmp_path / names[1], ["install"])
    assert load(tmp_path / names[1]).web.port == ports[1]
