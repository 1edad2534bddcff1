"""What the owner is pointed to before a mail leaves: strangers, redirected answers, and names that only look alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.kinds import OutgoingMail
from domain.messages import Address, Mail, Message
from domain.recipients import outgoing_warnings
from tests.contract.store.samples import mail

BOSS = Address("Boss", "boss@acme.com")
OWNER = Address("Jo", "jo@home.example")


def asked(reply_to: str, *, list_id: str = "", cc: str = "") -> Message:
    """A mail from the boss that asks for answers to `reply_to`."""
    body = Mail("Please pay.", reply_to=(Address("", reply_to),), list_id=list_id)
    copied = (Address("", cc),) if cc else ()
    return replace(mail("m1"), sender=BOSS, to=(OWNER,), cc=copied, body=body)


def warnings(recipient: str, *thread: Message) -> tuple[str, ...]:
    return outgoing_warnings(OutgoingMail((recipient,)), thread)


@pytest.mark.parametrize("cc", ["", "x@elsewhere.net"])
def test_answers_that_would_go_to_another_domain_are_pointed_out(cc: str) -> None:
    said = warnings("x@elsewhere.net", asked("x@elsewhere.net", cc=cc))
    assert said == ("boss@acme.com asks for answers to x@elsewhere.net, which is another domain",)


def test_a_reply_to_that_looks_like_the_senders_domain_is_taken_for_no_real_one() -> None:
    assert "x@acrne.com looks like acme.com, but is another domain" in warnings("x@acrne.com", asked("x@acrne.com"))


@pytest.mark.parametrize("reply_to", ["boss@acme.com", "case-12@acme.com", "case-12@mail.acme.com"])
def test_answers_within_the_senders_own_domain_are_nothing_odd(reply_to: str) -> None:
    assert warnings(reply_to, asked(reply_to)) == ()


def test_a_mail_that_calls_itself_a_lists_is_believed_no_more_than_another() -> None:
    listed = asked("talk@lists.net", list_id="<talk.lists.net>", cc="talk@lists.net")
    (said,) = warnings("talk@lists.net", listed)
    assert said.endswith("answers to talk@lists.net, which is another domain and calls itself a mailing list")


def test_at_a_free_mail_service_another_address_is_another_person() -> None:
    ann = Address("Ann", "ann@gmail.com")
    said = "ann@gmail.com asks for answers to ann.s@gmail.com, which is another address"
    assert warnings("ann.s@gmail.com", replace(asked("ann.s@gmail.com"), sender=ann)) == (said,)
    assert warnings("ann@gmail.com", replace(asked("ann@gmail.com"), sender=ann)) == ()


def test_whoever_is_not_in_the_conversation_is_pointed_out() -> None:
    assert warnings("eve@example.net", asked("boss@acme.com")) == ("eve@example.net is not in this conversation",)


def test_a_look_alike_in_punycode_is_read_as_a_person_would_see_it() -> None:
    sender = replace(asked("ann@apple.com"), sender=Address("Ann", "ann@apple.com"))
    disguised = "ann@" + "\u0430pple.com".encode("idna").decode()
    assert disguised.startswith("ann@xn--")
    assert f"{disguised} looks like apple.com, but is another domain" in warnings(disguised, sender)


@pytest.mark.parametrize("domain", ["xn--.com", "xn--99999999999.com", "xn--é.com"])
def test_what_is_no_punycode_is_left_as_it_is(domain: str) -> None:
    assert warnings(f"x@{domain}", asked("boss@acme.com")) == (f"x@{domain} is not in this conversation",)
