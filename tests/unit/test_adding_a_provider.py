"""`docs/adding-a-provider.md` is true: its example is taken from the page, installed as a plug-in, and reads mail."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.acting.drafting import Proposal
from daemon.household import household
from daemon.providers import Providers
from daemon.settings import load
from domain.actions import Status
from domain.kinds import Kind

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-provider.md"
LETTER = b"From: Ann Lee <ann@example.org>\r\nSubject: Ferns\r\n\r\nCould you water them by Friday?\r\n"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example as an installed package, its entry point taken from the page too."""
    installed = tmp_path / "site-packages"
    announced = installed / "letterbox-1.0.dist-info"
    announced.mkdir(parents=True)
    (installed / "letterbox.py").write_text("\n".join(_blocks("python")))
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: letterbox\nVersion: 1.0\n")
    entry = (
        _blocks("toml")[0].replace('[project.entry-points."alfred.providers"]', "[alfred.providers]").replace('"', "")
    )
    (announced / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(str(installed))
    yield
    sys.modules.pop("letterbox", None)


@pytest.mark.usefixtures("plug_in")
def test_the_plug_in_is_found_beside_the_built_in_providers() -> None:
    assert {"letterbox", "google"} <= set(Providers())


@pytest.mark.usefixtures("plug_in")
def test_mail_comes_in_through_the_provider_of_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "001.eml").write_bytes(LETTER)
    with household(load(tmp_path / "home")) as container:
        accounts, rounds = container.accounts(), container.rounds()
        accounts.add("post", "letterbox", {"folder": str(folder)})
        attempt, step = accounts.begin_sign_in("post")
        assert step.url == folder.as_uri()
        accounts.wait_for_sign_in(attempt, 1)
        source = container.connections().source("post/mail")
        first = rounds.poll(source)
        (folder / "002.eml").write_bytes(LETTER.replace(b"Ferns", b"Roses"))
        second, third = rounds.poll(source), rounds.poll(source)
        assert [len(taken.new) for taken in (first, second, third)] == [1, 1, 0]
        known = container.store().messages.get(first.new[0])
        assert (known.message.subject, known.classification is not None) == ("Ferns", True)
        accounts.remove("post")
        assert container.vault().names("letterbox/") == ()


@pytest.mark.usefixtures("plug_in")
def test_a_plug_in_that_does_not_load_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "site-packages" / "letterbox.py").write_text("raise RuntimeError('broken')")
    assert "google" in Providers()


@pytest.mark.usefixtures("plug_in")
def test_the_executor_of_the_page_archives_what_was_approved_and_puts_it_back(tmp_path: Path) -> None:
    folder = tmp_path / "post"
    folder.mkdir()
    (folder / "001.eml").write_bytes(LETTER)
    with household(load(tmp_path / "home")) as container:
        accounts, actions = container.accounts(), container.actions()
        accounts.add("post", "letterbox", {"folder": str(folder)})
        accounts.wait_for_sign_in(accounts.begin_sign_in("post")[0], 1)
        taken = container.rounds().poll(container.connections().source("post/mail"))
        waiting = actions.propose(Proposal(Kind.ARCHIVE, taken.new[0]))
        assert [file.name for file in folder.iterdir()] == ["001.eml"]
        done = actions.approve(waiting.id, waiting.digest)
        assert (done.status, (folder / "archived" / "001.eml").exists()) == (Status.EXECUTED, True)
        undone = actions.undo(done.id)
        assert (undone.status, (folder / "001.eml").exists()) == (Status.EXECUTED, True)
