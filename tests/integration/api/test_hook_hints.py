"""Posts about what Alfred reads himself: they wake a reader, decide nothing, and double nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.memory.mailbox import MemoryMailbox
from adapters.microsoft import MicrosoftProvider
from application.ports.hooks import LEAST_SECRET, Hook, Post
from application.ports.providers import Account, Connection
from domain.errors import AlfredError, CannotBe, TryLater
from domain.messages import Address, Label, id_by_message_id
from sandbox.microsoft import MicrosoftServer
from tests.contract.microsoft.setting import account_at, signed_in_vault
from tests.integration.api.client import Client
from tests.integration.api.house import House, raw_mail
from tests.integration.api.posting import MAIL, MORGAN, SIGNED, a_post, join, stored
from tests.integration.api.serving import serving


@pytest.fixture(autouse=True)
def office(house: House) -> Connection:
    return join(house)


def first_hand(house: House, address: str = MORGAN) -> MemoryMailbox:
    mailbox = MemoryMailbox("graph", clock=house.clock.now)
    house.services.connections.add(Connection(Account("graph", "paper", {}), Address("Morgan", address), (mailbox,)))
    return mailbox


def deliver(house: House, mailbox: MemoryMailbox, number: int = 1) -> str:
    content = raw_mail(headers=f"Message-ID: <m{number}@example.org>\r\n")
    return f"graph:{mailbox.deliver(content, received_at=house.clock.now())}"


def test_where_the_mailbox_is_read_a_post_is_only_a_hint(stranger: Client, house: House) -> None:
    id = deliver(house, first_hand(house))
    assert stranger.call("POST", MAIL, a_post(subject="Not what is there"), headers=SIGNED).json() == {"accepted": 1}
    assert stored(house) == []
    house.services.hooks.read_woken()
    assert stored(house) == [id]
    assert house.store.messages.get(id).message.subject == "Hello"


def test_what_was_posted_before_is_not_taken_in_again_by_a_reader(stranger: Client, house: House) -> None:
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    posted = stored(house)
    mailbox = first_hand(house)
    deliver(house, mailbox)
    other = deliver(house, mailbox, 2)
    house.services.rounds.poll(mailbox)
    assert sorted(stored(house)) == sorted([*posted, other])


def test_what_becomes_of_a_posted_mail_at_first_hand_is_told_of_its_row(stranger: Client, house: House) -> None:
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    [posted] = stored(house)
    mailbox = first_hand(house)
    mailbox.deliver(raw_mail(headers="Message-ID: <m1@example.org>\r\n"), [Label.INBOX], house.clock.now(), "g1")
    house.services.rounds.poll(mailbox)
    assert house.store.messages.get(posted).message.labels == {Label.INBOX}
    mailbox.relabel("g1", add=["Clients"], remove=[Label.INBOX])
    house.services.rounds.poll(mailbox)
    assert house.store.messages.get(posted).message.labels == {"Clients"}
    mailbox.remove("g1")
    assert house.services.rounds.poll(mailbox).changed == [posted]
    assert house.store.messages.get(posted).removed


def test_a_reader_that_waits_for_a_sign_in_leaves_it_to_the_posts(stranger: Client, house: House) -> None:
    first_hand(house)
    state = house.store.sources.state("graph/mail")
    house.store.sources.set_state(replace(state, paused=True))
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    assert stored(house) == [f"office:{id_by_message_id('m1@example.org')}"]


def test_what_a_reader_brought_before_he_had_to_wait_is_not_taken_in_again(stranger: Client, house: House) -> None:
    mailbox = first_hand(house)
    id = deliver(house, mailbox)
    house.services.rounds.poll(mailbox)
    state = house.store.sources.state("graph/mail")
    house.store.sources.set_state(replace(state, paused=True))
    for number in (1, 2):
        stranger.call("POST", MAIL, a_post(number), headers=SIGNED)
    stranger.call("POST", MAIL, a_post(3, receivedDateTime="0001-01-01T00:00:00Z"), headers=SIGNED)
    new = [f"office:{id_by_message_id(f'm{number}@example.org')}" for number in (2, 3)]
    assert sorted(stored(house)) == sorted([id, *new])


def test_the_same_mail_in_somebody_elses_mailbox_is_another_message(stranger: Client, house: House) -> None:
    mailbox = first_hand(house, "jo@home.example")
    id = deliver(house, mailbox)
    house.services.rounds.poll(mailbox)
    stranger.call("POST", MAIL, a_post(), headers=SIGNED)
    assert sorted(stored(house)) == sorted([id, f"office:{id_by_message_id('m1@example.org')}"])


class Challenged(Hook):
    """A hook that is asked to prove itself, and whose posts say which source to read."""

    path = "/hooks/challenged"
    limit = 100
    needs_tls = False

    def challenge(self, query: object) -> str | None:
        assert hasattr(query, "get")
        token = query.get("validationToken")
        return str(token) if token is not None else None

    def is_authentic(self, headers: object, body: bytes) -> bool:
        return True

    def read(self, body: bytes) -> tuple[Post, ...]:
        if body == b"later":
            raise TryLater("busy", retry_after=7)
        return (Post(body.decode(), "home/mail", wake=("home/mail", "home/gone")),)


class Agreed(Challenged):
    """A hook that a secret opens, which is a short one or a long one."""

    path = "/hooks/agreed"

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @property
    def is_guessable(self) -> bool:
        return len(self._secret) < LEAST_SECRET

    def is_authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        return headers.get("x-secret") == self._secret


@pytest.mark.parametrize(("secret", "status"), [("Spring2026", 429), ("f3c1a0" * 8, 202)])
def test_who_guesses_learns_nothing_at_a_closed_door_and_shuts_out_no_secret_beyond_guessing(
    stranger: Client, house: House, secret: str, status: int
) -> None:
    house.services.connections.add(Connection(Account("a", "paper", {}), Address("", ""), hooks=(Agreed(secret),)))
    for guess in range(6):
        stranger.call("POST", Agreed.path, content=b"e1", headers={"X-Secret": str(guess)})
    told = {"X-Secret": secret}
    assert stranger.call("POST", Agreed.path, content=b"e1", headers=told).status_code == status
    house.clock.advance(timedelta(seconds=3))
    assert stranger.call("POST", Agreed.path, content=b"e1", headers=told).status_code == 202


@pytest.fixture
def challenged(house: House) -> None:
    house.services.connections.add(Connection(Account("c", "paper", {}), Address("", ""), hooks=(Challenged(),)))


@pytest.mark.usefixtures("challenged")
def test_a_validation_token_comes_back_as_plain_text(stranger: Client) -> None:
    for method in ("POST", "GET"):
        answer = stranger.call(method, "/hooks/challenged", validationToken="<b>a b+c</b>")
        assert (answer.status_code, answer.text) == (200, "<b>a b+c</b>")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("challenged")
def test_a_hint_wakes_its_source_and_one_that_fails_does_not_matter(stranger: Client, house: House) -> None:
    house.mailbox.deliver(raw_mail(), received_at=house.clock.now())
    stranger.call("POST", "/hooks/challenged", content=b"e1")
    assert stored(house) == []
    house.services.hooks.read_woken()
    assert len(stored(house)) == 1
    house.mailbox.deliver(raw_mail(), received_at=house.clock.now())
    assert stranger.call("POST", "/hooks/challenged", content=b"e1").json() == {"accepted": 0}
    house.services.hooks.read_woken()
    assert len(stored(house)) == 1


@pytest.mark.usefixtures("challenged")
def test_hints_do_not_wake_a_source_that_has_to_rest(stranger: Client, house: House) -> None:
    house.mailbox.deliver(raw_mail(), received_at=house.clock.now())
    state = house.store.sources.state("home/mail")
    for resting in (replace(state, paused=True), replace(state, retry_at=house.clock.now() + timedelta(minutes=5))):
        house.store.sources.set_state(resting)
        stranger.call("POST", "/hooks/challenged", content=str(resting.paused).encode())
        house.services.hooks.read_woken()
        assert stored(house) == []


class Asking(Challenged):
    """A hook whose provider has to be asked to post, and may refuse."""

    def __init__(self, refusal: AlfredError | None = None) -> None:
        self.refusal = refusal
        self.asked: list[str] = []

    def keep_posted(self, root: str) -> None:
        self.asked.append(root)
        if self.refusal is not None:
            raise self.refusal


def test_every_provider_is_asked_to_post_whatever_another_answers(house: House) -> None:
    refusing, willing = Asking(CannotBe("the address does not answer")), Asking()
    for number, hook in enumerate((refusing, Challenged(), willing)):
        account = Account(f"a{number}", "paper", {})
        house.services.connections.add(Connection(account, Address("", ""), hooks=(hook,)))
    house.services.hooks.keep_posted("https://alfred.example")
    assert (refusing.asked, willing.asked) == (["https://alfred.example"], ["https://alfred.example"])


@pytest.mark.usefixtures("challenged")
def test_what_cannot_be_taken_in_now_is_asked_for_later(stranger: Client) -> None:
    answer = stranger.call("POST", "/hooks/challenged", content=b"later")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


def test_graph_shakes_hands_and_its_notifications_wake_the_mail(house: House) -> None:
    with MicrosoftServer([MORGAN], limit=None) as graph, serving(house) as base_url:
        account = account_at(graph, "graph")
        hooks = MicrosoftProvider().connect(account, signed_in_vault(graph, account)).hooks
        mailbox = MemoryMailbox("graph", clock=house.clock.now)
        house.services.connections.add(Connection(account, Address("", MORGAN), (mailbox,), hooks=hooks))
        house.services.hooks.keep_posted(base_url)
        id = deliver(house, mailbox)
        assert graph.subscriptions.notify(MORGAN, "created", "me/messages", "m1", clientState="forged") == [401]
        house.services.hooks.read_woken()
        assert stored(house) == []
        assert [graph.subscriptions.notify(MORGAN, "created", "me/messages", "m1") for _ in range(3)] == [[202]] * 3
        house.services.hooks.read_woken()
        assert stored(house) == [id]
