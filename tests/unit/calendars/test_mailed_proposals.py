"""Invitations by mail are proposed once: not lost where proposing failed, nor used up by somebody else's mail."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from adapters.ics import IcsReader
from adapters.memory.store import MemoryStore
from application.calendars.invitations import Once
from application.calendars.mailed import MailedInvitations
from application.calendars.waiting import WAITING
from application.intake.handing_on import BROKE
from domain.calendar import Span
from domain.errors import TryLater
from domain.kinds import Kind
from domain.messages import Address, Mail
from tests.contract.store.samples import mail
from tests.unit.calendars.clerks import NOW, Clerk, Clock, asked
from tests.unit.calendars.post import calendar_text


def unknown(uid: str, span: Span) -> bool:
    return False


@pytest.fixture
def mailed(store: MemoryStore, clerk: Clerk) -> MailedInvitations:
    return MailedInvitations(store, clerk, Once(store, clerk, Clock()), IcsReader(), unknown, Clock(), UTC)


def test_what_could_not_be_proposed_on_a_mail_is_proposed_the_next_time(
    clerk: Clerk, mailed: MailedInvitations
) -> None:
    clerk.is_busy = True
    for _ in range(3):
        mailed.propose([asked()], unknown)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]


def put_off(store: MemoryStore, mailed: MailedInvitations, sender: str) -> None:
    """Keep a mail that brings an invitation of this sender's, and put that off."""
    text = calendar_text("REQUEST")
    message = mail(sender, sender=Address("", sender), body=Mail("Lunch?", invitations=(text,)))
    store.messages.take([message])
    mailed.put_off(mailed.asked_in([message]))


def test_a_mail_over_which_proposing_breaks_is_set_aside_and_keeps_no_other_waiting(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    clerk.breaks_over = "home:eve@evil.example"
    for sender in ("eve@evil.example", "ann@example.org"):
        put_off(store, mailed, sender)
    for _ in range(2):
        mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    aside = store.messages.set_aside_since(NOW - timedelta(days=1))
    assert aside == (("home/mail", "eve@evil.example", BROKE),)


def test_an_invitation_waits_until_its_calendar_can_be_asked_and_keeps_no_other_waiting(
    store: MemoryStore, clerk: Clerk
) -> None:
    answers = iter([TryLater("down"), False, False])

    def is_known(uid: str, span: Span) -> bool:
        answer = next(answers)
        if isinstance(answer, TryLater):
            raise answer
        return answer

    mailed = MailedInvitations(store, clerk, Once(store, clerk, Clock()), IcsReader(), is_known, Clock(), UTC)
    for sender in ("ann@example.org", "eve@example.org"):
        put_off(store, mailed, sender)
    for targets in ({"home:eve@example.org"}, {"home:eve@example.org", "home:ann@example.org"}):
        mailed.propose_put_off(lambda at: True)
        assert {each.target for each in clerk.proposed if each.target} == targets


def test_what_waited_before_it_was_noted_since_when_is_proposed_on(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    put_off(store, mailed, "ann@example.org")
    store.preferences.put(WAITING, ["home:gone", "home:ann@example.org"])
    mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    assert store.preferences.get(WAITING) is None


def test_what_concerns_all_invitations_lets_them_wait(
    store: MemoryStore, clerk: Clerk, mailed: MailedInvitations
) -> None:
    put_off(store, mailed, "ann@example.org")
    clerk.is_away = True
    mailed.propose_put_off(lambda at: True)
    assert clerk.proposed == []
    clerk.is_away = False
    mailed.propose_put_off(lambda at: True)
    assert sorted(each.kind for each in clerk.proposed) == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT]
    assert store.messages.set_aside_since(NOW - timedelta(days=1)) == ()


def test_a_stray_invitation_does_not_use_up_anothers(clerk: Clerk, mailed: MailedInvitations) -> None:
    mailed.propose([asked("eve@evil.example"), asked(), asked()], unknown)
    senders = [each.reason.split()[3] for each in clerk.proposed if each.kind is Kind.CREATE_EVENT]
    assert senders == ["eve@evil.example", "ann@example.org"]


def test_an_invitation_that_was_changed_is_proposed_anew(clerk: Clerk, mailed: MailedInvitations) -> None:
    mailed.propose([asked(), asked(sequence=1), asked(sequence=1)], unknown)
    assert [each.kind for each in clerk.proposed] == [Kind.ANSWER_INVITATION, Kind.CREATE_EVENT] * 2
