"""What buzzes, what waits for the briefing, and what is told only once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.memory import MemoryStore
from adapters.memory.vault import MemoryVault
from application.accounts import Accounts
from application.announcing import Announcing
from application.connections import ConnectedAccounts
from application.intake.first_reading import note_first_reading
from application.owing.reminders import Reminders
from application.ports.push import Delivered, Delivery, PushService, Subscription
from application.sign_in.devices import PAIRING, Devices
from application.telling.notifications import Notifications
from application.telling.subscriptions import ENDED, Subscriptions
from application.telling.wording import stuck_notice
from domain.action_events import (
    Approved,
    Doubted,
    Edited,
    Failed,
    Origin,
    Proposed,
    Refreshed,
    Rejected,
    Reopened,
    Started,
    Superseded,
)
from domain.errors import Conflict
from domain.kinds import Kind, Risk
from domain.messages import Address, Label, Mail, Message
from domain.notifications import Notice, NoticeKind, NoticePreferences
from domain.sources import SourceState
from domain.tasks import FollowUp, Task
from domain.triage import Category, Classification, Verdict
from tests.integration.api.house import PaperProvider

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PHONE = Subscription("phone", "https://push.example/1", "key", "auth")


@dataclass
class Clock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Recorder(PushService):
    """A push service that keeps what it was given, and answers per device as told."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    payloads: list[dict[str, object]] = field(default_factory=list)
    answers: dict[str, Delivery] = field(default_factory=dict)
    is_broken: bool = False
    clock: Clock = field(default_factory=Clock)
    at: list[datetime] = field(default_factory=list)

    def forget(self) -> None:
        self.sent, self.at = [], []

    @property
    def public_key(self) -> str:
        return "key"

    def check(self, subscription: Subscription) -> None:
        return None

    def send(self, subscription: Subscription, payload: bytes, *, urgent: bool, topic: str, ttl: int) -> Delivered:
        if self.is_broken:
            raise RuntimeError("broken")
        self.sent.append((subscription.device, topic))
        self.at.append(self.clock.now())
        self.payloads.append(json.loads(payload))
        return Delivered(self.answers.get(subscription.device, Delivery.DONE))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def push() -> Recorder:
    return Recorder()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def devices(store: MemoryStore, clock: Clock) -> Devices:
    signed_in = Devices(store, clock, Announcing(store, clock))
    for name in ("phone", "tablet", "old"):
        signed_in.admit(name, f"token of {name}")
    return signed_in


@pytest.fixture
def subscriptions(store: MemoryStore, devices: Devices, push: Recorder, clock: Clock) -> Subscriptions:
    return Subscriptions(store, devices, push, clock)


@pytest.fixture
def notifications(store: MemoryStore, subscriptions: Subscriptions, clock: Clock) -> Notifications:
    return Notifications(store, subscriptions, clock, ZoneInfo("UTC"))


def test_what_could_not_be_delivered_is_known_until_something_is(
    notifications: Notifications, subscriptions: Subscriptions, push: Recorder, clock: Clock
) -> None:
    notice = Notice(NoticeKind.REMINDER, "A word", "Tea", "/", "tea", 2)
    subscriptions.subscribe(PHONE)
    assert (subscriptions.send(notice), subscriptions.undelivered()) == (1, ())
    push.answers = {"phone": Delivery.LATER}
    subscriptions.send(notice)
    clock.at += timedelta(hours=1)
    subscriptions.send(notice)
    subscriptions.subscribe(PHONE)
    ((device, failed),) = subscriptions.undelivered()
    assert (device.name, failed.since, failed.failures) == ("phone", NOON, 2)
    push.answers = {}
    subscriptions.send(notice)
    assert subscriptions.undelivered() == ()


def propose(store: MemoryStore, id: str, kind: Kind = Kind.ARCHIVE) -> None:
    event = Proposed(kind, f"gmail:{id}", "gmail", {}, Risk.APPROVAL, f"Archive {id}", "a rule", Origin.RULE, rule="r")
    store.actions.append(id, [event], actor="alfred", at=NOON)


def fail(store: MemoryStore, id: str, code: str) -> None:
    """The owner approves, and it does not work."""
    approval = Approved(store.actions.get(id).digest)
    store.actions.append(id, [approval, Started(), Failed("the mail is gone", code)], actor="owner", at=NOON)


def urgent_mail(store: MemoryStore, id: str, received: datetime = NOON) -> None:
    sender = Address("Rosalind", "r@acme.example")
    labels = frozenset({Label.INBOX})
    mail = Mail("Tell us by ten.")
    store.messages.take(
        [
            Message(
                f"gmail:{id}",
                "gmail",
                "google",
                "gmail/mail",
                id,
                received,
                received,
                sender,
                (),
                "Broken",
                mail,
                labels=labels,
            )
        ]
    )
    store.classifications.put([Classification(f"gmail:{id}", Verdict(Category.URGENT, 1, 0.9, "Wants a date"), NOON)])


def test_a_proposal_buzzes_every_device_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.subscribe(Subscription("tablet", "https://push.example/2", "key", "auth"))
    propose(store, "a1")
    assert notifications.tell() == 1
    assert notifications.tell() == 0
    assert sorted(push.sent) == [("phone", "action-a1"), ("tablet", "action-a1")]


def test_what_was_there_before_a_device_came_is_not_told(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    propose(store, "a1")
    subscriptions.subscribe(PHONE)
    assert (notifications.tell(), push.sent) == (0, [])


def test_what_happened_while_no_device_listened_is_not_told(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.unsubscribe(PHONE.device)
    propose(store, "a1")
    subscriptions.subscribe(PHONE)
    assert (notifications.tell(), push.sent) == (0, [])


@pytest.mark.parametrize("buttons", [True, False])
def test_a_notice_can_be_decided_on_only_where_the_owner_wants_it(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions, buttons: bool
) -> None:
    notifications.set_preferences(NoticePreferences(buttons=buttons))
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert ("digest" in push.payloads[0]) is buttons


def test_proposals_that_came_together_are_one_notice(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for number in range(34):
        propose(store, f"a{number}")
    notifications.tell()
    assert push.sent == [("phone", "group-archive")]


def test_urgent_mail_buzzes_only_if_it_came_after_the_first_reading(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    note_first_reading(store.preferences, "gmail/mail", NOON)
    urgent_mail(store, "old", NOON - timedelta(days=2))
    urgent_mail(store, "new", NOON + timedelta(minutes=5))
    notifications.tell()
    assert push.sent == [("phone", "thread-new")]


def test_reading_an_urgent_mail_does_not_buzz_again(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    note_first_reading(store.preferences, "gmail/mail", NOON)
    urgent_mail(store, "new", NOON + timedelta(minutes=5))
    notifications.tell()
    store.messages.relabel({"gmail:new": frozenset({Label.INBOX, Label.STARRED})})
    assert (notifications.tell(), push.sent) == (0, [("phone", "thread-new")])


def test_with_nothing_to_tell_nothing_is_written(
    store: MemoryStore, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    before = store.version
    for _ in range(3):
        notifications.tell()
    assert store.version == before


def test_what_breaks_on_its_way_is_not_told_again_and_again(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    push.is_broken = True
    with pytest.raises(RuntimeError):
        notifications.tell()
    push.is_broken = False
    assert (notifications.tell(), push.sent) == (0, [])


def test_a_device_that_is_gone_is_forgotten_and_holds_up_nobody(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    subscriptions.subscribe(Subscription("old", "https://push.example/2", "key", "auth"))
    push.answers["old"] = Delivery.GONE
    propose(store, "a1")
    assert notifications.tell() == 1
    assert [each.device for each in subscriptions.all()] == ["phone"]
    ((device, lost),) = subscriptions.undelivered()
    assert (device.name, lost.reason) == ("old", ENDED)


def test_a_subscription_that_has_ended_is_not_taken_up_again_but_a_new_one_is(
    push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    push.answers["phone"] = Delivery.GONE
    subscriptions.send(Notice(NoticeKind.REMINDER, "A word", "Tea", "/", "tea", 2))
    with pytest.raises(Conflict) as refused:
        subscriptions.subscribe(PHONE)
    assert (refused.value.code, subscriptions.all()) == ("subscription_ended", ())
    anew = replace(PHONE, endpoint="https://push.example/anew")
    subscriptions.subscribe(anew)
    assert (subscriptions.all(), subscriptions.undelivered()) == ((anew,), ())


def test_a_browser_that_was_paired_anew_is_told_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(Subscription("old", PHONE.endpoint, "key", "auth"))
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert push.sent == [("phone", "action-a1")]


def test_each_push_says_how_much_waits_for_the_icon(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    assert push.payloads[-1]["waiting"] == 1


def test_what_a_device_subscribed_to_goes_with_it_and_a_session_two_weeks_after_it_was_seen(
    store: MemoryStore, clock: Clock, devices: Devices, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    for id in ("silent", "signed out"):
        device, _ = devices.pair(devices.new_code(), id)
        if id == "signed out":
            subscriptions.subscribe(Subscription(device.id, "https://push.example/3", "key", "auth"))
            devices.revoke(device.id)
    told, _ = devices.pair(devices.new_code(), "a phone that is only told")
    subscriptions.subscribe(Subscription(told.id, "https://push.example/4", "key", "auth"))
    devices.new_code()
    assert subscriptions.forget_gone() == 1
    clock.at += timedelta(days=15)
    assert subscriptions.forget_gone() == 1
    assert "silent" not in {each.name for each in devices.all()}
    assert [each.device for each in subscriptions.all()] == [told.id]
    assert store.preferences.names(PAIRING) == ()


def test_a_device_that_was_signed_out_is_told_nothing_more(
    store: MemoryStore, push: Recorder, devices: Devices, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    devices.revoke(PHONE.device)
    propose(store, "a1")
    assert (notifications.tell(), push.sent) == (0, [])


def test_beyond_five_a_day_the_rest_waits_for_the_briefing(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for number in range(7):
        propose(store, f"a{number}")
        notifications.tell()
    assert len(push.sent) == 5
    clock.at += timedelta(days=1)
    propose(store, "tomorrow")
    assert notifications.tell() == 1


def test_an_account_that_waits_for_a_sign_in_is_told_of_once(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for attempt in range(3):
        at = NOON + timedelta(minutes=attempt)
        store.sources.set_state(SourceState("gmail/mail", last_attempt=at, error="expired", paused=True))
        notifications.tell()
    assert push.sent == [("phone", "sign-in-gmail")]


def pause(store: MemoryStore, clock: Clock, source: str, *, paused: bool = True) -> None:
    error = "expired" if paused else ""
    store.sources.set_state(SourceState(source, last_attempt=clock.now(), error=error, paused=paused))


def test_one_expired_account_is_one_push_however_many_sources_find_out(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for source in ("office/mail", "office/teams", "office/calendar"):
        pause(store, clock, source)
        notifications.tell()
        clock.at += timedelta(minutes=5)
    assert push.sent == [("phone", "sign-in-office")]
    pause(store, clock, "gmail/mail")
    notifications.tell()
    assert push.sent[1:] == [("phone", "sign-in-gmail")]


def test_an_account_that_expires_again_is_told_of_again(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for paused in (True, False, True):
        for source in ("office/mail", "office/calendar"):
            pause(store, clock, source, paused=paused)
        notifications.tell()
        clock.at += timedelta(minutes=10)
    assert push.sent == [("phone", "sign-in-office")] * 2


def test_a_source_that_begins_to_wait_much_later_has_a_reason_of_its_own(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for source in ("office/teams", "office/mail"):
        pause(store, clock, source)
        notifications.tell()
        clock.at += timedelta(days=3)
    assert push.sent == [("phone", "sign-in-office")] * 2


def test_an_overdue_follow_up_is_reminded_of_once(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    yesterday = (NOON - timedelta(days=1)).date()
    store.tasks.put_follow_up(FollowUp("f1", "The export", "me", NOON - timedelta(days=3), yesterday))
    for _ in range(3):
        Reminders(store, clock).wake()
        notifications.tell()
    assert push.sent == [("phone", "notice-f1")]


def test_only_a_proposal_that_is_new_asks(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    store.actions.append("a1", [Refreshed("a", "in the very same moment")], actor="alfred", at=NOON)
    notifications.tell()
    for minutes, event in enumerate([Refreshed("b", "the conversation went on"), Edited({}, "Archive both")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert push.sent == [("phone", "action-a1")]


ZONES = ("Asia/Kuala_Lumpur", "America/New_York", "UTC")


@dataclass(frozen=True, slots=True)
class Home:
    """One owner's evening: everything that tells looks at the same clock and the same zone."""

    store: MemoryStore
    devices: Devices
    push: Recorder
    clock: Clock
    zone: ZoneInfo

    def look(self) -> None:
        subscriptions = Subscriptions(self.store, self.devices, self.push, self.clock)
        Notifications(self.store, subscriptions, self.clock, self.zone).tell()

    def pass_hours(self, count: int) -> None:
        """Let the hours pass, with Alfred started anew in each."""
        for _ in range(count):
            Reminders(self.store, self.clock, self.zone).wake()
            self.look()
            self.clock.at += timedelta(hours=1)

    def told(self) -> list[tuple[str, int]]:
        """Return what was told, and at which hour of the owner's."""
        return [
            (topic, at.astimezone(self.zone).hour) for (_, topic), at in zip(self.push.sent, self.push.at, strict=True)
        ]


@pytest.fixture(params=ZONES)
def evening(request: pytest.FixtureRequest, store: MemoryStore, devices: Devices, push: Recorder, clock: Clock) -> Home:
    zone = ZoneInfo(request.param)
    clock.at = datetime(2026, 11, 23, 21, 0, tzinfo=zone).astimezone(UTC)
    push.clock = clock
    Subscriptions(store, devices, push, clock).subscribe(PHONE)
    return Home(store, devices, push, clock, zone)


def test_a_follow_up_is_overdue_by_the_owners_own_day_and_told_of_when_he_is_up(evening: Home) -> None:
    owed = FollowUp("f1", "The export", "me", evening.clock.at - timedelta(days=3), date(2026, 11, 23))
    evening.store.tasks.put_follow_up(owed)
    evening.pass_hours(24)
    assert evening.told() == [("notice-f1", 7)]


def test_what_is_done_by_the_morning_is_not_told_of(evening: Home) -> None:
    owed = FollowUp("f1", "The export", "me", evening.clock.at - timedelta(days=3), date(2026, 11, 23))
    evening.store.tasks.put_follow_up(owed)
    propose(evening.store, "a1")
    evening.pass_hours(1)
    evening.push.forget()
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "gmail/mail")
    evening.pass_hours(6)
    evening.store.tasks.put_follow_up(replace(owed, closed_at=evening.clock.at))
    evening.store.actions.append("a2", [Rejected()], actor="owner", at=evening.clock.at)
    pause(evening.store, evening.clock, "gmail/mail", paused=False)
    evening.pass_hours(24)
    assert evening.told() == []


def test_what_came_in_the_night_is_told_of_once_when_it_ends_the_pressing_first(evening: Home) -> None:
    evening.pass_hours(2)
    propose(evening.store, "a1")
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "office/mail")
    evening.pass_hours(24)
    assert evening.told() == [("sign-in-office", 7), ("group-archive", 7)]


def test_a_night_that_brought_very_much_is_told_of_as_one(evening: Home) -> None:
    evening.pass_hours(2)
    propose(evening.store, "a1")
    for _ in range(600):
        evening.store.feed.note("message", "gmail:unknown", evening.clock.at)
    propose(evening.store, "a2")
    pause(evening.store, evening.clock, "office/mail")
    evening.pass_hours(24)
    assert evening.told() == [("sign-in-office", 7), ("group-archive", 7)]


def test_what_presses_is_told_of_in_the_night_and_not_again_in_the_morning(evening: Home) -> None:
    note_first_reading(evening.store.preferences, "gmail/mail", evening.clock.at)
    evening.pass_hours(2)
    urgent_mail(evening.store, "new", evening.clock.at)
    evening.pass_hours(24)
    assert evening.told() == [("thread-new", 23)]


def test_a_reminder_comes_when_the_owner_wants_it_in_the_night_and_after_five_others(evening: Home) -> None:
    for number in range(6):
        propose(evening.store, f"a{number}")
        evening.look()
    evening.push.forget()
    at = evening.clock.at
    for hours in (1, 9):
        when = at + timedelta(hours=hours)
        evening.store.tasks.put_task(Task(f"t{hours}", "The train", at, remind_at=when))
    evening.pass_hours(24)
    assert evening.told() == [("notice-t1", 22), ("notice-t9", 6)]


@pytest.mark.parametrize(
    ("said", "suspicion", "title"),
    [
        ("", "", "A word, if I may"),
        ("From Acme", "", "From Acme"),
        ("From Acme", "pretends to be Acme", "Beware of this one"),
    ],
)
def test_a_rule_that_tells_of_a_mail_says_of_which_and_leads_to_it(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    said: str,
    suspicion: str,
    title: str,
) -> None:
    urgent_mail(store, "m1")
    doubted = Verdict(Category.URGENT, 1, 0.9, suspicion=suspicion)
    store.classifications.put([Classification("gmail:m1", doubted, NOON)])
    subscriptions.subscribe(PHONE)
    event = Proposed(Kind.NOTIFY, "gmail:m1", "alfred", {"text": said}, Risk.AUTO, "Notify of", "a rule", Origin.RULE)
    store.actions.append("a1", [event], actor="alfred", at=NOON - timedelta(hours=1))
    store.feed.note("notification", "action/a1", NOON)
    notifications.tell()
    told = [payload for payload in push.payloads if payload["tag"] == "notice-a1"]
    assert [(each["title"], each["body"], each["url"]) for each in told] == [
        (title, "Rosalind: Broken", "/messages/gmail:m1")
    ]


@pytest.mark.parametrize(
    ("ref", "body"), [("task/x1", "The train"), ("follow-up/x1", "The report"), ("x1", "The train")]
)
def test_a_reminder_is_of_the_very_thing_that_was_noted_by_an_older_version_too(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    ref: str,
    body: str,
) -> None:
    subscriptions.subscribe(PHONE)
    store.tasks.put_task(Task("x1", "The train", NOON))
    store.tasks.put_follow_up(FollowUp("x1", "The report", "ann@example.org", NOON))
    store.feed.note("notification", ref, NOON)
    notifications.tell()
    assert [payload["body"] for payload in push.payloads] == [body]


def test_what_was_approved_and_failed_for_good_is_told_of_once_and_what_passes_is_not(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    for id, code in (("a1", "gone"), ("a2", "try_later")):
        propose(store, id)
        fail(store, id, code)
    assert (notifications.tell(), notifications.tell()) == (1, 0)
    assert push.sent == [("phone", "stuck-a1")]
    assert push.payloads[0]["body"] == "Archive a1: the mail is gone"


def test_what_may_have_been_done_is_not_told_as_failed(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    lost = [Approved(store.actions.get("a1").digest), Started(), Doubted("the answer was lost")]
    store.actions.append("a1", lost, actor="owner", at=NOON)
    notifications.tell()
    told = push.payloads[0]
    assert (told["title"], told["body"]) == ("I do not know whether that was done", "Archive a1: the answer was lost")


def test_several_that_are_not_done_say_of_how_many_nobody_knows(store: MemoryStore) -> None:
    for id, outcome in (("a1", Failed("gone", "gone")), ("a2", Doubted("lost")), ("a3", Doubted("lost"))):
        propose(store, id)
        approved = Approved(store.actions.get(id).digest, automatic=True)
        store.actions.append(id, [approved, Started(), outcome], actor="alfred", at=NOON)
    one, *doubts = [store.actions.get(id) for id in ("a1", "a2", "a3")]
    assert stuck_notice([one, *doubts]).body == "3 things of mine are not done; of 2 I do not know."
    assert stuck_notice(doubts).body == "2 things of mine may have been done, or not."


@pytest.mark.parametrize(
    ("automatic", "title"), [(False, "That did not work"), (True, "Something of mine did not work")]
)
def test_what_was_approved_and_is_given_back_is_told_of_once_and_as_whose_it_was(
    store: MemoryStore,
    push: Recorder,
    notifications: Notifications,
    subscriptions: Subscriptions,
    automatic: bool,
    title: str,
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    notifications.tell()
    back = [Approved(store.actions.get("a1").digest, automatic), Reopened("b", "the conversation went on")]
    for minutes, event in enumerate([*back, Refreshed("c", "it went on")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert [topic for _, topic in push.sent] == ["action-a1", "stuck-a1"]
    told = push.payloads[1]
    assert (told["title"], told["body"]) == (title, "Archive a1: the conversation went on")


def test_what_was_withdrawn_and_is_restored_did_not_fail(
    store: MemoryStore, push: Recorder, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    for minutes, event in enumerate([Superseded("sorted anew"), Reopened("b", "taken back")], 1):
        store.actions.append("a1", [event], actor="owner", at=NOON + timedelta(minutes=minutes))
        notifications.tell()
    assert push.sent == []


def test_what_waits_for_a_permission_is_told_of_once_unless_its_account_was(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    fail(store, "a1", "sign_in_again")
    for hours in (1, 2):
        retry = [Started(), Failed("still no permission", "sign_in_again")]
        store.actions.append("a1", retry, actor="owner", at=NOON + timedelta(hours=hours))
        notifications.tell()
    pause(store, clock, "gmail/mail")
    propose(store, "a2")
    fail(store, "a2", "sign_in_again")
    notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck-a1", "sign-in-gmail"]


def test_what_waits_for_a_permission_is_told_of_again_once_a_new_sign_in_has_not_brought_it(
    store: MemoryStore, push: Recorder, clock: Clock, notifications: Notifications, subscriptions: Subscriptions
) -> None:
    accounts = Accounts(store, MemoryVault(), {"paper": PaperProvider()}, ConnectedAccounts(), {}, clock)
    accounts.add("gmail", "paper", {"box": "1"})
    subscriptions.subscribe(PHONE)
    propose(store, "a1")
    fail(store, "a1", "sign_in_again")
    notifications.tell()
    clock.at += timedelta(hours=1)
    attempt, _ = accounts.begin_sign_in("gmail")
    accounts.finish_sign_in(attempt, "http://localhost/?code=yes")
    for _ in range(3):
        clock.at += timedelta(hours=1)
        retry = [Started(), Failed("still no permission", "sign_in_again")]
        store.actions.append("a1", retry, actor="owner", at=clock.at)
        notifications.tell()
    assert [topic for _, topic in push.sent] == ["stuck-a1"] * 2
