"""What the seldom jobs are asked about: a household whose clock is set by hand."""

from application.announcing import announced
from application.ports.store import MessageQuery
from daemon.container import Container
from daemon.settings import load
from tests.integration.api.house import NOON

NOW = NOON


def wish(container: Container, **overrides: dict[str, object]) -> None:
    """Let the owner want other things, before what heeds them is made."""
    container.settings.override(load(container.settings().home, overrides))


def backups(container: Container) -> list[str]:
    return sorted(file.name for file in (container.settings().home / "backups").glob("*.backup"))


def told(container: Container) -> list[str]:
    """Return the titles of what was announced."""
    store = container.store()
    notices = (announced(store, item.ref, item.at) for item in store.feed.after(0) if item.topic == "notification")
    return [notice.title for notice in notices if notice is not None]


def found(container: Container, text: str) -> list[str]:
    page = container.store().messages.list(MessageQuery(text=text))
    return [each.message.id for each in page.items]
