"""By which way the vendor is called: the proxies that this machine goes by, and the key that the owner gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import TryLater
from sandbox.azure_devops import AzureDevOpsServer
from tests.contract.work.worlds import AzureWorld

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def world(devops: AzureDevOpsServer) -> AzureWorld:
    world = AzureWorld(devops)
    world.enter_item("Dates are a day off")
    return world


def titles(world: AzureWorld) -> list[str]:
    return [item.title for item in world.works.open_work_items()]


def test_a_password_in_netrc_is_not_sent_in_place_of_the_key(
    world: AzureWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login jo password another\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert titles(world) == ["Dates are a day off"]


def test_calls_go_by_the_proxy_that_stands_there_now(world: AzureWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    assert titles(world) == ["Dates are a day off"]
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(TryLater):
        titles(world)
