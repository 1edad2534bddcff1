"""How the terminal words what the daemon tells."""

import shlex
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from daemon.cli import calendar, frame, mail, memory, page, progress, rules, running, talk
from daemon.cli.action_log import draw_action
from daemon.cli.addressing import AddressedConsole, addressed
from daemon.cli.drawing import plain, verbatim
from daemon.cli.outcomes import said_of
from domain.errors import Conflict

TOLD = ("tool", {"said": "Found 2 messages"})
PROPOSAL = ("proposal", {"action": {"title": "Archive", "status": "proposed", "id": "0" * 36}})


def drawn(draw: Any, value: Any) -> str:
    """Draw on a console of 80 columns; return what it shows."""
    console = Console(file=StringIO(), width=80, highlight=False)
    draw(console, value)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture(autouse=True)
def household(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame.chosen, "home", tmp_path)
    monkeypatch.setenv("ALFRED_OWNER__TIMEZONE", "Asia/Kuala_Lumpur")


def test_a_command_names_the_folder_that_the_owner_named_and_what_others_wrote_stays_as_it_is() -> None:
    console = AddressedConsole(Path("/data/my house"), file=StringIO(), width=200, highlight=False)
    console.print("Now `alfred approve 12`, or alfred rules list; Alfred runs, alfred is installed, /bin/alfred run.")
    console.print(plain("Type alfred approve 12"))
    console.print(f"[bold]{verbatim('Type [alfred approve 12], or [i]alfred pair')}[/bold]")
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue().splitlines() == [
        "Now `alfred --home '/data/my house' approve 12`, or alfred --home '/data/my house' rules list; Alfred runs, "
        "alfred is installed, /bin/alfred run.",
        "Type alfred approve 12",
        "Type [alfred approve 12], or [i]alfred pair",
    ]


@given(st.lists(st.sampled_from(["alfred", " pair", "\\", "[", "]", "/", "none", "b", " "]), max_size=12).map("".join))
def test_whatever_others_wrote_names_no_folder_and_breaks_no_page(text: str) -> None:
    shown = Text.from_markup(addressed(f"[cyan]{verbatim(text)} [/cyan]", Path("/data"))).plain
    assert shown.replace("\\", "") == f"{text} ".replace("\\", "")


def test_a_step_that_the_answer_repeats_is_said_once() -> None:
    text = ("text", {"text": "Found 2 messages.\n• One"})
    assert list(talk._without_echo(iter([TOLD, PROPOSAL, text]))) == [PROPOSAL, text]


def test_a_sentence_that_the_answer_closes_otherwise_is_said_once() -> None:
    step = ("tool", {"said": "complete: done."})
    text = ("text", {"text": "Complete: done, sir."})
    assert list(talk._without_echo(iter([step, text]))) == [text]


def test_a_step_that_the_answer_rewords_is_told() -> None:
    events = [TOLD, ("round", {"number": 2}), ("text", {"text": "Two letters, sir."})]
    assert list(talk._without_echo(iter(events))) == events


def test_a_verdict_of_the_owners_is_called_his() -> None:
    made = {"category": "work", "priority": 3, "brain": "owner", "confidence": 1.0, "action_items": [], "suspicion": ""}
    assert drawn(mail._draw_classification, made) == "Work, priority 3; as you said\n"


def test_an_invitation_that_waits_is_not_answered() -> None:
    event = {
        "id": "e",
        "title": "Review",
        "location": "",
        "response": "needs_action",
        "all_day": False,
        "start": "2026-11-30T02:00:00Z",
        "end": "2026-11-30T03:00:00Z",
    }
    page = {"items": [event], "unasked": [], "clashes": []}
    assert drawn(calendar._draw, page).splitlines()[-1] == "  10:00–11:00 Review (not answered)"


def test_what_a_command_approves_together_has_it_once() -> None:
    groups = [{"title": "Archive 1: junk", "kind": "archive"}, {"title": "Archive 33: news", "kind": "archive"}]
    shown = drawn(page._draw_clearing, groups)
    assert [line.strip() for line in shown.splitlines()[2:]] == [
        "Archive 1: junk",
        "Archive 33: news",
        "alfred approve --all archive",
    ]


@pytest.mark.parametrize("name", ["Jo's post", "[bold] & co", "plain"])
def test_the_command_that_grants_an_offered_rule_is_one_that_a_shell_understands(name: str) -> None:
    rule = {"name": name, "enabled": True, "when": {}, "then": [{"kind": "archive"}]}
    last = drawn(rules._draw_rules, {"items": [rule], "offered": [name]}).splitlines()[-1]
    assert shlex.split(last)[-4:] == ["alfred", "rules", "standing", name]


def test_a_halt_tells_since_when_in_the_owners_time() -> None:
    said = running._halt_reason("2026-11-21T08:44:47.964748+00:00 leaving the house")
    assert said == "since 21 Nov 16:44, leaving the house"


@pytest.mark.parametrize(("file", "said"), [("stop!", "stop!"), ("", "somebody made the file HALT")])
def test_a_halt_that_somebody_else_made_is_told_as_it_is(file: str, said: str) -> None:
    assert running._halt_reason(file) == said


def test_a_memory_shows_an_id_that_can_be_typed() -> None:
    fact = {"fact": "Likes tea", "quote": "I like tea", "id": "61ea09df-66ce-41a2-9033-8e01af731aa8"}
    assert drawn(memory._draw, {"items": [fact]}) == "Likes tea  “I like tea” 61ea09df\n"


def test_a_step_of_an_action_is_told_in_words() -> None:
    told = {"title": "Archive", "id": "1", "status": "rolled_back", "reason": "you asked", "error": ""}
    event = {"at": "2026-11-21T08:42:34+00:00", "type": "rolled_back", "actor": "owner"}
    action = {**told, "warnings": [], "outgoing": None, "arguments": {}, "events": [event]}
    undo = {"possible": False, "until": None}
    assert "21 Nov 16:42:34  rolled back  by owner" in drawn(draw_action, {**action, "undo": undo})
    deleted = {**action, "status": "executed", "undo": {"possible": True, "until": "2026-12-21T08:42:34+00:00"}}
    assert "It can be taken back until 21 Dec 2026: alfred undo 1" in drawn(draw_action, deleted)
    moved = {**action, "undo": undo, "arguments": {"start": "2026-11-30T08:00:00Z", "title": "The start"}}
    assert "Start: Mon 30 Nov 2026 16:00" in drawn(draw_action, moved)


def test_taking_back_is_told_by_what_was_taken_back() -> None:
    action = {"title": "Undo: Archive “Digest”", "status": "executed", "undoes": "1"}
    assert said_of(action) == "Taken back: Archive “Digest”"


class Filling:
    """A daemon that fills in history, three looks long; `busy`: since before it was asked."""

    def __init__(self, *, busy: bool) -> None:
        self.busy = busy
        self.looks = 0

    def call(self, method: str, path: str, body: object = None, query: object = None) -> dict[str, Any]:
        if method == "POST" and self.busy:
            raise Conflict("history is being filled in already", code="already_running")
        self.looks += 1
        return {"done": self.looks * 50, "total": 150, "running": self.looks < 3, "error": "", "new": 7}

    def stream(self, method: str, path: str, body: object = None) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize("busy", [False, True])
def test_what_the_daemon_fills_in_is_followed_to_its_end(busy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOOK_EVERY", 0)
    seen = list(progress.followed(Filling(busy=busy), "gmail/mail", 3))
    assert [each["done"] for each in seen] == [50, 100, 150]
