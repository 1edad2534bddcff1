"""The contract of `TeachableBrain`, over the owner's memory and the brain in the box."""

from __future__ import annotations

import pytest

from adapters.local import CorrectionsMemory, LocalBrain
from application.ports.brain import TeachableBrain
from domain.messages import Label, Message
from domain.triage import Category, Verdict
from tests.contract.local.mails import FRIDAY, OWNER, ZONE, a_mail, again, correction


@pytest.fixture(params=[CorrectionsMemory, LocalBrain])
def brain(request: pytest.FixtureRequest) -> TeachableBrain:
    made: TeachableBrain = request.param(ZONE, frozenset({OWNER}))
    return made


def judged(brain: TeachableBrain, message: Message) -> Verdict | None:
    return brain.judge([message], FRIDAY)[0]


def category(brain: TeachableBrain, message: Message) -> Category | None:
    verdict = judged(brain, message)
    return verdict.category if verdict else None


def test_there_is_one_answer_per_message_in_order(brain: TeachableBrain) -> None:
    mails = [a_mail("Lunch on Sunday?"), a_mail("50% off, shop now", list_id="<shop.example>"), a_mail("")]
    assert brain.judge(mails, FRIDAY) == [judged(brain, mail) for mail in mails]


def test_a_correction_counts_from_the_next_message_on(brain: TeachableBrain) -> None:
    mail = a_mail("Our weekly letter", sender="Club <letter@club.example>", list_id="<letter.club.example>")
    brain.teach([(mail, correction(mail, Category.PERSONAL, 2))])
    verdict = judged(brain, again(mail))
    assert verdict is not None
    assert (verdict.category, verdict.priority, verdict.confidence) == (Category.PERSONAL, 2, 1.0)


def test_repeating_a_lesson_changes_nothing(brain: TeachableBrain) -> None:
    mail, other = a_mail("Minutes of the meeting"), a_mail("Minutes of another meeting", sender="Bo <bo@firm.example>")
    lesson = (mail, correction(mail, Category.NEWSLETTER))
    brain.teach([lesson])
    once = brain.judge([again(mail), other], FRIDAY)
    brain.teach([lesson, lesson])
    assert brain.judge([again(mail), other], FRIDAY) == once


def test_a_later_correction_of_the_same_message_wins_in_whatever_order_they_come(brain: TeachableBrain) -> None:
    mail = a_mail("See attached")
    earlier, later = correction(mail, Category.SPAM), correction(mail, Category.WORK, minute=5)
    brain.teach([(mail, later), (mail, earlier)])
    assert category(brain, mail) == Category.WORK


def test_what_was_taken_back_leaves_no_trace(brain: TeachableBrain) -> None:
    mail = a_mail("The choir sings on Sunday")
    before = brain.judge([mail, again(mail)], FRIDAY)
    brain.teach([(mail, correction(mail, Category.SPAM))])
    brain.unlearn(mail.id)
    assert brain.judge([mail, again(mail)], FRIDAY) == before


def test_what_was_learnt_is_the_same_in_one_go_or_one_by_one(brain: TeachableBrain) -> None:
    mails = [a_mail(f"Report number {n} on the garden", sender=f"P{n} <p{n}@x{n}.example>") for n in range(6)]
    lessons = [(mail, correction(mail, Category.WORK, minute=place)) for place, mail in enumerate(mails)]
    fresh = type(brain)(ZONE, frozenset({OWNER}))  # type: ignore[call-arg]
    fresh.teach(lessons)
    for lesson in reversed(lessons):
        brain.teach([lesson])
    unknown = a_mail("Report number 9 on the garden", sender="Q <q@y.example>")
    assert brain.judge([*mails, unknown], FRIDAY) == fresh.judge([*mails, unknown], FRIDAY)


def test_three_like_corrections_hold_for_the_whole_domain(brain: TeachableBrain) -> None:
    mails = [a_mail("Offers for you", sender=f"Shop <{name}@shop.example>") for name in ("a", "b", "c")]
    newcomer = a_mail("Dear all, the minutes of the project meeting", sender="Shop <d@shop.example>")
    brain.teach([(mail, correction(mail, Category.SPAM)) for mail in mails[:2]])
    assert category(brain, newcomer) != Category.SPAM
    brain.teach([(mails[2], correction(mails[2], Category.SPAM))])
    assert category(brain, newcomer) == Category.SPAM


def test_a_domain_where_anybody_may_live_is_never_taken_for_one_sender(brain: TeachableBrain) -> None:
    mails = [a_mail("Buy now", sender=f"X <{name}@gmail.com>") for name in ("a", "b", "c", "d")]
    brain.teach([(mail, correction(mail, Category.SPAM)) for mail in mails])
    assert category(brain, a_mail("Dinner at our place? Love, mum", sender="Mum <mum@gmail.com>")) != Category.SPAM


@pytest.mark.parametrize("buried", [Category.NEWSLETTER, Category.SPAM])
def test_protected_mail_is_not_put_away_by_a_correction_of_another(brain: TeachableBrain, buried: Category) -> None:
    sender = "CloudBox <hello@cloudbox.example>"
    offers = [a_mail("New plans: save 20% this week", sender=sender) for _ in range(4)]
    brain.teach([(offer, correction(offer, buried, 5)) for offer in offers])
    notice = a_mail("We noticed a new sign-in to your account from a new device.", sender=sender)
    starred = a_mail("Save the date: your review", sender=sender, labels=frozenset({Label.IMPORTANT}))
    assert category(brain, offers[0]) == buried
    assert buried not in {category(brain, notice), category(brain, starred)}


def test_a_priority_alone_is_remembered_too() -> None:
    brain = LocalBrain(ZONE)
    mail = a_mail("Could you check the draft of the contract?")
    brain.teach([(mail, correction(mail, None, 1))])
    verdict = judged(brain, again(mail))
    assert verdict is not None
    assert verdict.priority == 1


def test_the_memory_says_nothing_of_strangers() -> None:
    brain = CorrectionsMemory(ZONE)
    mail = a_mail("Hello")
    brain.teach([(mail, correction(mail, Category.PERSONAL))])
    assert judged(brain, a_mail("Hello", sender="Cy <cy@elsewhere.example>")) is None


def test_words_of_corrected_mail_move_the_judgement_of_strangers() -> None:
    brain = LocalBrain(ZONE)
    text = "The beehive inspection log for the apiary is attached, with frames, brood and honey figures."
    stranger = a_mail(text, sender="Z <z@bees.example>")
    before = judged(brain, stranger)
    taught = [a_mail(text, sender=f"B{n} <b{n}@hive{n}.example>") for n in range(5)]
    brain.teach([(mail, correction(mail, Category.PERSONAL, minute=n)) for n, mail in enumerate(taught)])
    assert before is not None
    assert before.category != Category.PERSONAL
    assert category(brain, stranger) == Category.PERSONAL
