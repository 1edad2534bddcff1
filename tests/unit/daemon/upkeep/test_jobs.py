"""Jobs that run only where what they need is set up."""

from daemon.container import Container
from daemon.household import jobs_of
from daemon.settings import load


def test_posts_are_asked_for_only_where_they_can_come(container: Container) -> None:
    home = container.settings().home
    addresses = ("", "http://alfred.local:8420", "https://alfred.example")
    households = [load(home, {"web": {"public_url": address}}) for address in addresses]
    names = [[job.name for job in jobs_of(container, settings)] for settings in households]
    assert ["ask for posts" in each for each in names] == [False, False, True]


def test_a_heartbeat_beats_only_where_an_address_is_set(container: Container) -> None:
    home = container.settings().home
    set_up = load(home, {"heartbeat": {"url": "https://hc.example/1"}})
    names = [[job.name for job in jobs_of(container, settings)] for settings in (load(home), set_up)]
    assert ["heartbeat" in each for each in names] == [False, True]
