"""The briefing tells of what the owner counts on and is not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from application.acting.drafting import Proposal
from application.telling.briefing import LOOKS_BACK
from daemon.cli.page import draw_briefing
from domain.actions import Action, Status
from domain.codec import encode
from domain.kinds import Kind
from domain.messages import Label
from domain.sources import Covered, Gap, SourceState
from domain.tasks import FollowUp, Snooze
from domain.triage import Category, Classification, Verdict
from tests.unit.chat.house import House


def failed_letter(house: House) -> Action:
    """A letter that the owner approved, in an account whose sign-in had ended."""
    arguments = {"to": ["bob@example.net"], "subject": "Hi", "text": "Hello."}
    letter = house.actions.propose(Proposal(Kind.SEND, "", arguments, "gmail"))
    house.connections.remove("gmail")
    return house.actions.approve(letter.id, letter.digest)


def test_a_letter_that_was_approved_and_did_not_go_out_stands_on_the_page(tmp_path: Path) -> None:
    house = House(tmp_path)
    letter = failed_letter(house)
    page = house.workshop.briefings.briefing()
    assert [(stuck.action_id, stuck.signs_in) for stuck in page.stuck] == [(letter.id, "gmail")]
    assert page.needs_you == 1
    house.actions.reject(letter.id)
    assert house.workshop.briefings.briefing().stuck == ()


def test_what_must_be_read_is_never_cleared_with_the_rest(tmp_path: Path) -> None:
    house = House(tmp_path)
    ids = {name: house.receive(f"Parcel {name}") for name in ("plain", "tainted")}
    for name, id in ids.items():
        house.actions.propose(Proposal(Kind.ARCHIVE, id, tainted=name == "tainted"))
    page = house.workshop.briefings.briefing()
    assert [offer.message_id for group in page.clearing for offer in group.offers] == [ids["plain"]]
    assert [offer.message_id for offer in page.waiting] == [ids["tainted"]]


def test_what_is_asked_stands_on_the_page_until_the_answer_is_sent_and_not_while_it_is_a_draft(tmp_path: Path) -> None:
    house = House(tmp_path)
    asked = house.receive("The contract")
    pressing = Verdict(Category.URGENT, 1, 0.9)
    house.store.classifications.put([Classification(asked, pressing, house.clock.now())])

    def answer(label: Label) -> tuple[str, ...]:
        message = house.store.messages.get(asked).message
        later = house.clock.now()
        house.store.messages.take([replace(message, id=f"gmail:{label}", received_at=later, labels=frozenset({label}))])
        return tuple(matter.message_id for matter in house.workshop.briefings.briefing().now)

    assert (answer(Label.DRAFT), answer(Label.SENT)) == ((asked,), ())


def test_a_source_that_was_last_read_before_all_that_the_page_looks_at_is_told_of_as_not_read(tmp_path: Path) -> None:
    house = House(tmp_path)
    now, source = house.clock.now(), "gmail/mail"
    read = now - timedelta(days=9)
    assert house.workshop.briefings.briefing().blind == ()
    house.store.sources.set_state(SourceState(source, last_success=read))
    house.store.sources.cover(Covered(source, read, read))
    gaps = [blind.gap for blind in house.workshop.briefings.briefing().blind if blind.source == source]
    assert gaps == [Gap(now - LOOKS_BACK, now)]


def owe(house: House, about: str, age: timedelta, message_id: str | None = None) -> None:
    house.store.tasks.put_follow_up(FollowUp(about, about, "me", house.clock.now() - age, message_id=message_id))


def owed(house: House) -> list[str]:
    return [each.title for each in house.workshop.briefings.briefing().owed]


def test_what_is_owed_by_no_day_stands_on_the_page_once_its_mail_does_not_and_is_not_put_off(tmp_path: Path) -> None:
    house = House(tmp_path)
    for name, days in (("a new mail", 2), ("a mail of last week", 7), ("put off", 9)):
        owe(house, name, timedelta(days=days), message_id=f"gmail:{name}")
    owe(house, "promised at the door", timedelta(0))
    house.store.tasks.put_snooze(Snooze("gmail:put off", house.clock.now() + timedelta(days=1)))
    assert owed(house) == ["a mail of last week", "promised at the door"]


def test_of_much_that_is_owed_by_no_day_the_oldest_stands_first_and_the_next_comes_up(tmp_path: Path) -> None:
    house = House(tmp_path)
    for number in range(7):
        owe(house, f"f{number}", timedelta(days=10 + number), message_id=f"gmail:{number}")
    assert owed(house) == ["f6", "f5", "f4", "f3", "f2"]
    oldest = house.store.tasks.follow_up("f6")
    house.store.tasks.put_follow_up(replace(oldest, closed_at=house.clock.now()))
    assert owed(house) == ["f5", "f4", "f3", "f2", "f1"]


def test_the_terminal_says_what_did_not_work_and_how_to_go_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    letter = failed_letter(house)
    assert letter.status is Status.APPROVED
    console = Console(record=True, width=200)
    page = encode(house.workshop.briefings.briefing())
    assert isinstance(page, dict)
    draw_briefing(console, page)
    said = console.export_text()
    assert f"Did not work\n  {letter.title}" in said
    assert "alfred connect gmail --more, then alfred retry" in said
