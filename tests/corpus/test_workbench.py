"""WorkBench (MIT): the right calls for each request over 500 mails, through Alfred's tools, end in the right state."""

from __future__ import annotations

import ast
import csv
import email
import email.policy
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest

from adapters.mime.reader import MimeReader
from application.chat.turn import ProposalMade
from application.ports.mime import RawMail
from domain.actions import Status
from domain.messages import Label, Message
from tests.integration.compromised.world import ACCOUNT, Call
from tests.unit.chat.house import OWNER, House, calls

ROOT = Path(__file__).parents[2]
WORKBENCH = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "tools" / "workbench"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not WORKBENCH.is_dir(), reason="the WorkBench requests are not on this machine"),
]

Arguments = Mapping[str, str]


def table(name: str) -> list[dict[str, str]]:
    with (WORKBENCH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def right_calls(request: Mapping[str, str]) -> list[tuple[str, Arguments]]:
    """Return (tool, arguments) of each call that the request's answer names."""
    nodes = [ast.parse(call, mode="eval").body for call in ast.literal_eval(request["answer"])]
    found = []
    for node in nodes:
        assert isinstance(node, ast.Call)
        name = ast.unparse(node.func).split(".")[1]
        found.append((name, {str(word.arg): str(ast.literal_eval(word.value)) for word in node.keywords}))
    return found


def is_expressible(request: Mapping[str, str]) -> bool:
    return all(name in TOOLS for name, _ in right_calls(request))


@cache
def inbox() -> tuple[tuple[RawMail, Message], ...]:
    """The 500 mails, each with how Alfred reads it."""
    return tuple(map(received, table("emails.csv")))


def received(row: Mapping[str, str]) -> tuple[RawMail, Message]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = row["sender/recipient"], str(OWNER), row["subject"]
    mail.set_content(body_of(row))
    at = datetime.fromisoformat(row["sent_datetime"]).replace(tzinfo=UTC)
    id = row["email_id"]
    raw = RawMail(ACCOUNT, "memory", f"{ACCOUNT}/mail", id, id, at, frozenset({Label.INBOX}), mail.as_bytes())
    message = MimeReader().read(raw)
    assert isinstance(message, Message)
    return raw, message


def body_of(row: Mapping[str, str]) -> str:
    return row["body"].replace("\\n", "\n")


def household(folder: Path) -> House:
    house = House(folder)
    for raw, _ in inbox():
        house.mailboxes[ACCOUNT].deliver(raw.content, raw.labels, raw.received_at, raw.provider_id)
    house.store.messages.take([message for _, message in inbox()])
    return house


TOOLS: Mapping[str, Callable[[Arguments], Call]] = {
    "delete_email": lambda said: ("delete_mail", {"message_ids": [f"{ACCOUNT}:{said['email_id']}"]}),
    "send_email": lambda said: (
        "send_mail",
        {"to": [said["recipient"]], "subject": said["subject"], "text": said["body"]},
    ),
    "reply_email": lambda said: (
        "reply_to_mail",
        {"message_id": f"{ACCOUNT}:{said['email_id']}", "text": said["body"]},
    ),
    "forward_email": lambda said: (
        "forward_mail",
        {"message_id": f"{ACCOUNT}:{said['email_id']}", "to": [said["recipient"]]},
    ),
}


def expected(right: list[tuple[str, Arguments]]) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Return the mails that must be in the trash, and (recipient, subject, words within) of those that must be sent."""
    rows = {row["email_id"]: row for row in table("emails.csv")}
    trash = {said["email_id"] for name, said in right if name == "delete_email"}
    sent = [outgoing(name, said, rows) for name, said in right if name != "delete_email"]
    return trash, sorted(sent)


def outgoing(name: str, said: Arguments, rows: Mapping[str, Mapping[str, str]]) -> tuple[str, str, str]:
    if name == "send_email":
        return said["recipient"], said["subject"], plain(said["body"])
    row = rows[said["email_id"]]
    if name == "reply_email":
        return row["sender/recipient"], f"Re: {row['subject']}", plain(said["body"])
    return said["recipient"], f"Fwd: {row['subject']}", plain(body_of(row))


def plain(text: str) -> str:
    return " ".join(text.split())


def ended(house: House, wanted: list[tuple[str, str, str]]) -> tuple[set[str], list[tuple[str, str, str]]]:
    """Return what is in the trash and was sent, with the words that are looked for where they are in it."""
    box = house.mailboxes[ACCOUNT]
    sent = [email.message_from_bytes(mail.content, policy=email.policy.default) for mail in box.labelled(Label.SENT)]
    found = []
    for mail in sent:
        assert isinstance(mail, EmailMessage)
        whole = plain(
            " ".join(str(part.get_content()) for part in mail.walk() if part.get_content_type() == "text/plain")
        )
        words = next((words for *_, words in wanted if words in whole), whole)
        found.append((str(mail["To"]), str(mail["Subject"]), words))
    return {mail.provider_id for mail in box.labelled(Label.TRASH)}, sorted(found)


def replayed(request: Mapping[str, str], folder: Path) -> str:
    """Let a model make the right calls and the owner approve; return what is wrong in the end."""
    house = household(folder)
    right = right_calls(request)
    made = [TOOLS[name](said) for name, said in right]
    house.serve(*([calls(*made)] if made else []), "It waits, sir.")
    cards = [each.action for each in house.talk(request["query"]) if isinstance(each, ProposalMade)]
    if house.effects():
        return "something happened before it was approved"
    after = [house.actions.approve(card.id, card.digest) for card in cards]
    if any(action.status is not Status.EXECUTED for action in after):
        return f"left undone: {[action.error for action in after]}"
    goal = expected(right)
    return "" if ended(house, goal[1]) == goal else f"ended as {ended(house, goal[1])}, not as {goal}"


def test_every_request_about_mail_ends_in_the_right_state(tmp_path: Path) -> None:
    requests = table("email_queries.csv")
    able = [request for request in requests if is_expressible(request)]
    wrong = {request["query"]: trouble for request in able if (trouble := replayed(request, tmp_path))}
    print(f"\nmail: {len(able) - len(wrong)} of {len(able)} right, {len(requests)} requests in all")
    assert len(able) == len(requests) == 50
    assert wrong == {}
