"""Odd mail from other projects' test suites: none raises, and the answers are held against two other parsers."""

from __future__ import annotations

import email
import email.policy
import json
import os
import warnings
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from adapters.mime.quoting import set_apart
from adapters.mime.reader import MimeReader
from domain.messages import Address, Message
from tests.contract.mime.mails import raw

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("ALFRED_CORPUS") or ROOT.parent / "shared" / "data") / "mail" / "robustness"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the mail corpus is not on this machine"),
]


def files(pattern: str = "*") -> list[Path]:
    return sorted(path for path in CORPUS.rglob(pattern) if path.is_file())


def read(path: Path) -> Message | None:
    found = MimeReader().read(raw(path.read_bytes()))
    return found if isinstance(found, Message) else None


def test_no_file_raises_and_only_empty_ones_are_set_aside() -> None:
    unread = [path.name for path in files() if read(path) is None and path.read_bytes().strip()]
    assert unread == []


def _one_line(text: object) -> str:
    return " ".join(str(text or "").split())


def _pairs(found: tuple[Address, ...]) -> list[tuple[str, str]]:
    return [(each.name, each.address) for each in found]


def _by_stalwart(value: Any) -> list[tuple[str, str]]:
    found = value.get("Address", value) if isinstance(value, dict) else {}
    people = list(found.get("List", [])) + [each for group in found.get("Group", []) for each in group["addresses"]]
    return [(_one_line(each["name"]), (each["address"] or "").lower()) for each in people]


def _stalwart_pairs() -> list[tuple[Path, Message, dict[str, Any], dict[str, Any]]]:
    pairs = []
    for path in files("*.eml"):
        answer = path.with_suffix(".json")
        message = read(path)
        if answer.exists() and message is not None:
            document = json.loads(answer.read_text())
            headers: dict[str, Any] = {}
            for field in document["parts"][0]["headers"]:
                if isinstance(field["name"], str):
                    headers.setdefault(field["name"], field["value"])
            pairs.append((path, message, headers, document))
    return pairs


def _share(agreeing: list[bool]) -> float:
    return sum(agreeing) / len(agreeing)


def test_most_answers_are_those_of_stalwart() -> None:
    """What differs are raw 8-bit headers, which stalwart leaves unread, and parts that open but never close."""
    pairs = _stalwart_pairs()
    subjects = [
        _one_line(h["subject"].get("Text") if isinstance(h.get("subject"), dict) else "") == m.subject
        for _, m, h, _ in pairs
    ]
    senders = [
        _by_stalwart(h.get("from"))[:1] == (_pairs((m.sender,)) if m.sender != Address("", "") else [])
        for _, m, h, _ in pairs
    ]
    recipients = [_by_stalwart(h.get("to")) == _pairs(m.to) for _, m, h, _ in pairs]
    texts = [agrees for _, m, _, d in pairs if (agrees := _same_text(m, d)) is not None]
    shares = {"subject": subjects, "from": senders, "to": recipients, "text": texts}
    for name, agreeing in shares.items():
        print(name, f"{_share(agreeing):.3f} of {len(agreeing)}")
    assert _share(subjects) >= 0.95
    assert _share(senders) >= 0.97
    assert _share(recipients) >= 0.93
    assert _share(texts) >= 0.80


def _same_text(message: Message, document: dict[str, Any]) -> bool | None:
    bodies = [document["parts"][index]["body"] for index in document["text_body"]]
    if not bodies or not all("Text" in body for body in bodies):
        return None
    return sorted(_all_words(message)) == sorted(" ".join(body["Text"] for body in bodies).split())


def _all_words(message: Message) -> list[str]:
    mail = message.mail
    return f"{mail.text} {mail.quoted} {mail.signature}".split() if mail is not None else []


def _clean_mail(path: Path) -> EmailMessage | None:
    """The standard library's reading, where it has no complaint."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        try:
            fields = [mail[name] for name in ("subject", "to", "date")]
        except (ValueError, IndexError, AttributeError, TypeError):
            return None
    flawed = any(field is not None and (field.defects or "\ufffd" in str(field)) for field in fields)
    return None if mail.defects or flawed else mail


def test_subjects_recipients_and_dates_are_those_of_the_standard_library(
    record_property: pytest.RecordProperty,
) -> None:
    """The one difference in recipients is a name in a comment, which the standard library drops."""
    pairs = [(m, clean) for p in files("*.eml") if (m := read(p)) and (clean := _clean_mail(p)) is not None]
    subjects = [message.subject == _one_line(clean["subject"]) for message, clean in pairs]
    recipients = [
        [each.address for each in message.to] == [each.addr_spec.lower() for each in clean["to"].addresses]
        for message, clean in pairs
        if clean["to"] is not None
    ]
    print("subjects", f"{_share(subjects):.3f} of {len(subjects)}")
    print("recipients", f"{_share(recipients):.3f} of {len(recipients)}")
    assert _share(subjects) >= 0.99
    assert _share(recipients) >= 0.98


def test_replies_of_many_mail_programs_are_told_from_what_they_quote() -> None:
    replies = [path for path in files("*.eml") if path.parent.name == "standard_replies"]
    found = {path.stem: message.text.strip() for path in replies if (message := read(path)) is not None}
    right = [text.startswith("Hello") and len(text) <= 20 for text in found.values()]
    print("replies", f"{sum(right)} of {len(right)}")
    assert _share(right) >= 0.8


def test_no_word_of_any_talon_text_is_lost() -> None:
    for path in files("*_body"):
        text = path.read_text(errors="replace")
        apart = set_apart(text)
        assert sorted(f"{apart.text}\n{apart.quoted}\n{apart.signature}".split()) == sorted(text.split())
