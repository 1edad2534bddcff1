"""The seldom jobs: they act when it is time, and not again."""

import fcntl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from os import mkfifo
from pathlib import Path

import pytest

from adapters.memory.mailbox import MemoryMailbox
from adapters.sqlite.retention import LET_GO, forget_feed, give_back_room
from application.acting.drafting import Proposal
from application.announcing import announced
from application.intake.hooks import SEEN
from application.ports.providers import Account, Connection
from application.ports.store import MessageQuery
from application.ports.talk import Spent
from daemon import backup
from daemon.backup.making import LOCK
from daemon.backup.passphrase import PASSPHRASE
from daemon.container import Container
from daemon.doctor.outside import check_heartbeat
from daemon.doctor.records import check_backups
from daemon.household import household, jobs_of, services_of
from daemon.settings import load
from daemon.upkeep.checking import CHECKED
from domain.errors import TryLater
from domain.kinds import Kind
from domain.messages import Mail
from tests.contract.store.samples import mail
from tests.integration.api.house import NOON, OWNER, SetClock

NOW = NOON


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def container(tmp_path: Path, clock: SetClock) -> Iterator[Container]:
    with household(load(tmp_path / "home"), clock) as container:
        yield container


def wish(container: Container, **overrides: dict[str, object]) -> None:
    """Let the owner want other things, before what heeds them is made."""
    container.settings.override(load(container.settings().home, overrides))


def backups(container: Container) -> list[str]:
    return sorted(file.name for file in (container.settings().home / "backups").glob("*.backup"))


def test_a_backup_is_made_once_a_day(container: Container, clock: SetClock) -> None:
    container.backing_up().back_up()
    container.backing_up().back_up()
    clock.advance(timedelta(days=1))
    container.backing_up().back_up()
    assert backups(container) == ["alfred-20261123-120000.backup", "alfred-20261124-120000.backup"]


def test_households_that_share_a_folder_leave_each_others_backups_alone(tmp_path: Path, clock: SetClock) -> None:
    shared = {"backup": {"folder": str(tmp_path / "disk"), "keep": 1}}
    for name in ("anna", "bob", "anna"):
        with household(load(tmp_path / name, shared), clock) as container:
            wish(container, **shared)
            container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    kept = sorted(file.relative_to(tmp_path / "disk") for file in (tmp_path / "disk").rglob("*.backup"))
    assert [(file.parent.name.partition("-")[0], file.name) for file in kept] == [
        ("anna", "alfred-20261125-120000.backup"),
        ("bob", "alfred-20261124-120000.backup"),
    ]


def test_a_restored_household_leaves_the_backups_of_its_original_alone(tmp_path: Path, clock: SetClock) -> None:
    shared = {"backup": {"folder": str(tmp_path / "disk"), "keep": 1}}
    with household(load(tmp_path / "anna", shared), clock) as container:
        wish(container, **shared)
        container.backing_up().back_up()
    (file,) = (tmp_path / "disk").rglob("*.backup")
    backup.restore(file, tmp_path / "new" / "anna")
    clock.advance(timedelta(days=1))
    with household(load(tmp_path / "new" / "anna", shared), clock) as container:
        wish(container, **shared)
        container.backing_up().back_up()
    assert file.exists()
    assert len(list((tmp_path / "disk").rglob("*.backup"))) == 2


def test_a_backup_from_the_future_does_not_hold_up_the_next(container: Container, clock: SetClock) -> None:
    container.backing_up().back_up()
    clock.advance(timedelta(days=-300))
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(hours=1))
    assert backups(container) == ["alfred-20260127-120000.backup", "alfred-20261123-120000.backup"]


def test_backups_from_the_future_stay_and_no_good_one_goes_for_them(container: Container, clock: SetClock) -> None:
    wish(container, backup={"keep": 2, "keep_weeks": 0, "keep_months": 0})
    folder = container.settings().home / "backups"
    folder.mkdir()
    for year in (2031, 2032, 2033):
        (folder / f"alfred-{year}0101-000000.backup").touch()
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    assert [name[7:15] for name in backups(container)] == ["20261124", "20261125", "20310101", "20320101", "20330101"]


def test_a_backup_from_the_future_does_not_pass_for_the_last(container: Container, clock: SetClock) -> None:
    settings = container.settings()
    settings.backups.mkdir()
    (settings.backups / "alfred-20310101-000000.backup").touch()
    assert backup.backups_of(settings, clock.now()).late(clock.now())
    (settings.backups / "alfred-20261123-120500.backup").touch()
    assert backup.backups_of(settings, clock.now()).last_at == NOON + timedelta(minutes=5)


def test_old_backups_go_when_a_new_one_stands(container: Container, clock: SetClock) -> None:
    wish(container, backup={"keep": 1})
    for _ in range(3):
        container.backing_up().back_up()
        clock.advance(timedelta(days=1))
    assert backups(container) == ["alfred-20261125-120000.backup"]


def test_the_daemon_encrypts_with_the_passphrase_in_the_vault(container: Container) -> None:
    container.vault().put(PASSPHRASE, "open sesame")
    container.backing_up().back_up()
    (file,) = (container.settings().home / "backups").glob("*.backup")
    assert backup.is_sealed(file)


def test_a_folder_that_hangs_keeps_no_request_waiting(container: Container) -> None:
    folder, services = container.settings().backups, services_of(container, container.settings())
    folder.mkdir()
    mkfifo(folder / "alfred-20261123-110000.backup")
    with ThreadPoolExecutor(1) as jobs:
        looking = jobs.submit(container.backup_watch().look)
        assert services.backups().last_at is None
        (folder / "alfred-20261123-110000.backup").open("wb").close()
        looking.result()
    assert services.backups().last_at == NOW - timedelta(hours=1)


def test_a_backup_is_known_as_soon_as_it_is_made(container: Container) -> None:
    services = services_of(container, container.settings())
    assert services.backups().late(NOW)
    container.backing_up().back_up()
    assert services.backups().last_at == NOW


def test_who_wants_no_backups_gets_none(container: Container) -> None:
    wish(container, backup={"every_hours": 0})
    container.backing_up().back_up()
    assert backups(container) == []


def test_the_database_is_checked_once_a_week(container: Container) -> None:
    preferences = container.store().preferences
    container.checking().check()
    first = preferences.get(CHECKED)
    container.checking().check()
    assert preferences.get(CHECKED) == first
    preferences.put(CHECKED, (NOW - timedelta(days=8)).isoformat())
    container.checking().check()
    assert str(preferences.get(CHECKED)) >= str(first)


def told(container: Container) -> list[str]:
    """Return the titles of what was announced."""
    store = container.store()
    notices = (announced(store, item.ref, item.at) for item in store.feed.after(0) if item.topic == "notification")
    return [notice.title for notice in notices if notice is not None]


def test_the_owner_is_told_once_a_day_that_no_backup_could_be_made(container: Container) -> None:
    (container.settings().home / "backups").write_text("a file where the folder should be")
    for _ in range(2):
        with pytest.raises(OSError, match="backups"):
            container.backing_up().back_up_or_tell()
    assert told(container) == ["No backup could be made"]


def test_the_heartbeat_falls_silent_when_no_backup_can_be_made_for_days(container: Container, clock: SetClock) -> None:
    folder = container.settings().home / "backups"
    folder.write_text("a file where the folder should be")
    well = []
    for _ in range(2):
        with pytest.raises(OSError, match="backups"):
            container.backing_up().back_up_or_tell()
        well.append(container.well_being().is_well())
        clock.advance(timedelta(days=4))
    (finding,) = check_backups(container.settings())
    folder.unlink()
    container.backing_up().back_up_or_tell()
    assert ([*well, container.well_being().is_well()], finding.state) == ([True, False, True], "bad")
    assert "none could be made since 2026-11-23" in finding.said
    assert check_backups(container.settings())[0].state != "bad"


def test_the_heartbeat_falls_silent_when_a_reading_hangs(container: Container, clock: SetClock) -> None:
    mailbox = MemoryMailbox("home")
    container.connections().add(Connection(Account("home", "memory", {}), OWNER, messages=(mailbox,)))
    container.rounds().poll(mailbox)
    was_well = container.well_being().is_well()
    clock.advance(timedelta(hours=3))
    hangs = container.well_being().is_well()
    container.rounds().poll(mailbox)
    assert (was_well, hangs, container.well_being().is_well()) == (True, False, True)


def test_a_reading_that_begins_late_because_it_was_asked_to_wait_does_not_hang(
    container: Container, clock: SetClock
) -> None:
    mailbox = MemoryMailbox("home")
    container.connections().add(Connection(Account("home", "memory", {}), OWNER, messages=(mailbox,)))
    container.rounds().poll(mailbox)
    mailbox.fail_next(TryLater("busy", retry_after=5 * 3600))
    with pytest.raises(TryLater):
        container.rounds().poll(mailbox)
    well = []
    for minutes in (299, 2, 121):
        clock.advance(timedelta(minutes=minutes))
        well.append(container.well_being().is_well())
    assert well == [True, True, False]


def test_a_heartbeat_that_is_refused_is_told_and_remembered(container: Container) -> None:
    home = container.settings().home
    settings = load(home, {"heartbeat": {"url": "https://hc.example/1"}})
    found = []
    for trouble in ("it answers with status 404", "ConnectError", ""):
        container.well_being().note_heartbeat(trouble)
        found += check_heartbeat(settings)
    assert [finding.state for finding in found] == ["bad", "bad", "good"]
    assert "status 404" in found[0].said
    assert told(container) == ["The heartbeat does not arrive"]


def test_a_backup_that_is_being_made_by_another_is_no_trouble(container: Container) -> None:
    folder = container.settings().home / "backups"
    folder.mkdir()
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(TryLater):
            container.backing_up().back_up_or_tell()
    assert told(container) == []


def forge(container: Container, *forgeries: str) -> None:
    """Write to the log as whoever has its file can."""
    container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Water the ferns"}, reason="you asked"))
    with container.store().database.write() as forger:
        for (name,) in forger.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            forger.execute(f'DROP TRIGGER "{name}"')
        for forgery in forgeries:
            forger.execute(forgery)


def test_the_owner_is_told_that_the_log_was_changed(container: Container) -> None:
    forge(container, "UPDATE action_events SET actor = 'nobody' WHERE seq = 1")
    container.checking().check()
    assert told(container) == ["The action log is broken"]


def test_the_heartbeat_falls_silent_when_the_log_is_broken_until_a_check_finds_it_whole(container: Container) -> None:
    forge(container, "CREATE TABLE kept AS SELECT * FROM actions", "DELETE FROM actions")
    container.checking().check()
    was_well = container.well_being().is_well()
    forge(container, "INSERT INTO actions SELECT * FROM kept")
    container.checking().check()
    assert (was_well, container.well_being().is_well()) == (False, True)


def test_a_log_that_was_cut_off_is_told_before_the_next_backup_holds_it_and_each_week_after(
    container: Container, clock: SetClock
) -> None:
    container.actions().propose(Proposal(Kind.CREATE_TASK, "", {"title": "Mend the gate"}, reason="you asked"))
    container.backing_up().back_up()
    forge(container, "DELETE FROM action_events", "DELETE FROM actions")
    heard = []
    for step in (container.backing_up().back_up, container.backing_up().back_up, container.checking().check):
        clock.advance(timedelta(days=1))
        step()
        heard.append(told(container).count("The action log is not the one that was saved"))
    assert heard == [1, 1, 2]


def test_the_text_of_old_mail_is_let_go_of_and_the_rest_stays(container: Container) -> None:
    messages = container.store().messages
    old = mail("old", received_at=NOW - timedelta(days=40), body=Mail("The crocodile sings.", html="<p>sings</p>"))
    messages.take([old, mail("new", received_at=NOW, body=Mail("The crocodile dances."))])
    wish(container, keep={"bodies_days": 30})
    container.forgetting().forget()
    body = messages.get("home:old").message.mail
    assert body is not None
    assert (body.text, body.html, body.message_id) == (LET_GO, "", old.mail.message_id if old.mail else "")
    assert found(container, "crocodile") == ["home:new"]
    assert found(container, "subject old") == ["home:old"]
    assert messages.get("home:old").message.subject == old.subject


def test_no_text_is_lost_to_a_clock_that_was_wrong_for_a_while(container: Container, clock: SetClock) -> None:
    container.store().messages.take([mail("new", received_at=NOW, body=Mail("The crocodile dances."))])
    wish(container, keep={"bodies_days": 30})
    for days in (0, 40, -40, 10, 10):
        clock.advance(timedelta(days=days))
        container.forgetting().forget()
    assert found(container, "crocodile") == ["home:new"]
    clock.advance(timedelta(days=11))
    container.forgetting().forget()
    assert found(container, "crocodile") == []


def test_who_is_seldom_on_lets_go_of_old_text_at_every_second_look(container: Container, clock: SetClock) -> None:
    wish(container, keep={"bodies_days": 30})
    container.forgetting().forget()
    container.store().messages.take([mail("new", received_at=NOW, body=Mail("The crocodile dances."))])
    kept = []
    for _ in range(3):
        clock.advance(timedelta(days=40))
        container.forgetting().forget()
        kept.append(found(container, "crocodile") == ["home:new"])
    assert kept == [True, False, False]


def found(container: Container, text: str) -> list[str]:
    page = container.store().messages.list(MessageQuery(text=text))
    return [each.message.id for each in page.items]


def test_letting_go_twice_changes_nothing_and_the_index_stays_whole(container: Container) -> None:
    container.store().messages.take([mail(str(n), received_at=NOW - timedelta(days=40)) for n in range(450)])
    wish(container, keep={"bodies_days": 30})
    container.forgetting().forget()
    container.forgetting().forget()
    container.store().check()
    with container.store().database.write() as transaction:
        transaction.execute("INSERT INTO search (search) VALUES ('integrity-check')")
    assert found(container, "text") == []


def test_everything_is_kept_unless_the_owner_says_otherwise(container: Container) -> None:
    container.store().messages.take([mail("old", received_at=NOW - timedelta(days=4000))])
    container.forgetting().forget()
    assert found(container, "text") == ["home:old"]


def test_the_marks_of_old_posts_are_let_go_of(container: Container) -> None:
    preferences = container.store().preferences
    for name, days in (("old", 15), ("new", 13)):
        preferences.put(SEEN + name, (NOW - timedelta(days=days)).isoformat())
    container.forgetting().forget()
    assert preferences.names(SEEN) == (SEEN + "new",)


def test_the_feed_does_not_grow_without_end(container: Container) -> None:
    feed = container.store().feed
    for number in range(30):
        feed.note("status", str(number), NOW)
    head = feed.head()
    forget_feed(container.store().database, NOW, least=1, most=10)
    assert [item.seq for item in feed.after(0)] == list(range(head - 9, head + 1))
    forget_feed(container.store().database, NOW + timedelta(days=7), least=3)
    assert [item.seq for item in feed.after(0)] == list(range(head - 2, head + 1))
    assert feed.note("status", "next", NOW) == head + 1


def test_of_the_costs_of_days_long_past_the_sums_stay(container: Container, clock: SetClock) -> None:
    usage, database = container.store().usage, container.store().database
    for days, model in ((0, "a"), (0, "a"), (0, "b"), (1, "a"), (300, "a"), (300, "a")):
        usage.add(Spent(NOON + timedelta(days=days), model, "triage", 1, 1, 0, 0, dollars=0.25, seconds=1.0))
    clock.advance(timedelta(days=410))
    before = usage.by_day(NOON)
    for _ in range(2):
        container.forgetting().forget()
        assert [row[:3] for row in usage.by_day(NOON)] == [row[:3] for row in before]
        assert database.number("SELECT count(*) FROM usage") == 5


def test_room_is_given_back_where_much_is_empty(container: Container) -> None:
    store = container.store()
    store.messages.take(
        [mail(str(n), received_at=NOW - timedelta(days=40), body=Mail("x" * 20_000)) for n in range(100)]
    )
    wish(container, keep={"bodies_days": 30})
    container.forgetting().forget()
    assert give_back_room(store.database, least_bytes=0) > 1_000_000
    assert give_back_room(store.database) == 0
    assert store.messages.get("home:7").message.id == "home:7"
    store.check()


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
