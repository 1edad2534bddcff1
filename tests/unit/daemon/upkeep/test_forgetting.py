"""What is let go of when it is old, and what stays."""

from datetime import timedelta

from adapters.sqlite.retention import LET_GO, forget_feed, give_back_room
from application.intake.hooks import SEEN
from application.ports.talk import Spent
from daemon.container import Container
from domain.messages import Mail
from tests.contract.store.samples import mail
from tests.integration.api.house import NOON, SetClock
from tests.unit.daemon.upkeep.household import NOW, found, wish


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
