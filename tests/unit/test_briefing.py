"""The briefing tells of what the owner counts on and is not done."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from application.acting.actions import Proposal
from daemon.cli.page import draw_briefing
from domain.actions import Action, Status
from domain.codec import encode
from domain.kinds import Kind
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
