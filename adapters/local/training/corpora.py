"""Reads what the brain is trained on: outside corpora, never shipped, and the sentences written for it."""

from __future__ import annotations

import csv
import html
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from random import Random

from domain.messages import Address, Mail, Message
from domain.triage import Category

LONG_AGO = datetime(2020, 1, 6, 8, tzinfo=UTC)
HAM = frozenset({Category.PERSONAL, Category.WORK, Category.NEWSLETTER})
COMMERCIAL = frozenset({Category.NEWSLETTER, Category.TRANSACTIONAL})
_FOLDERS = {"easy-ham-1": HAM, "hard-ham-1": COMMERCIAL, "spam-1": frozenset({Category.SPAM})}
_BLOCK = re.compile(r"(?is)<(script|style|head)\b.*?</\1>|<!--.*?-->")
_TAG = re.compile(r"(?s)<[^>]+>")
_PLACEHOLDER = re.compile(r"\{\{[^}]*\}\}")
_DOCUMENTS_PER_SET = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A mail, the categories that are right for it (several where the corpus says no more), and where it comes from."""

    message: Message
    right: frozenset[Category]
    source: str


def everything(data: Path) -> list[Example]:
    """Return all examples, those from the folder `data` and the written ones, in a fixed order."""
    return list(chain(spamassassin(data), workbench(data), receipts(data), templates(data), requests(data), written()))


def spamassassin(data: Path) -> Iterator[Example]:
    """Yield the archive's mails, X-Spam-like headers not looked at; source: the sender's domain or list."""
    with tarfile.open(data / "mail" / "spamassassin.tar.xz") as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            handle = archive.extractfile(member) if member.isfile() else None
            folder = Path(member.name).parent.name
            if handle is not None and folder in _FOLDERS:
                message = _mail(handle.read(), member.name)
                list_id = message.mail.list_id if message.mail else ""
                yield Example(message, _FOLDERS[folder], f"sa {list_id or message.sender.domain}")


def workbench(data: Path) -> Iterator[Example]:
    """Yield mails between colleagues, one of each wording; source: the first words of the body."""
    seen: set[str] = set()
    with (data / "tools" / "workbench" / "emails.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            body = row["body"].replace("\\n", "\n")
            wording = re.sub(r"'[^']*'", "''", body)[:160]
            if wording not in seen:
                seen.add(wording)
                yield _written(row["subject"], body, Category.WORK, f"workbench {len(seen) % 12}")


def receipts(data: Path) -> Iterator[Example]:
    """Yield the mails of BIPIA that speak of charges, payments and bookings; source: the first word."""
    path = data / "injection" / "bipia" / "email_contexts.jsonl"
    for line in path.read_text("utf-8").splitlines():
        context = json.loads(line)["context"]
        if re.search(r"(?i)\b(charged|receipt|payment|invoice|booking|credit|wire)\b", context[:160]):
            body = re.sub(r"(?i)^subject:\s*|\|email_from:[^|]*|\|received date:[^|]*", "", context)
            subject, _, text = body.partition("|CONTENT:")
            yield _written(subject if text else "", text or subject, Category.TRANSACTIONAL, f"bipia {context[:12]}")


def templates(data: Path) -> Iterator[Example]:
    """Yield the plain-text transactional templates, placeholders left out; source: the template."""
    for path in sorted((data / "mail" / "transactional").glob("templates-inlined/plain/*/content.txt")):
        text = _PLACEHOLDER.sub("", path.read_text("utf-8"))
        yield _written(path.parent.name.replace("-", " "), text, Category.TRANSACTIONAL, f"template {path.parent.name}")


def requests(data: Path) -> Iterator[Example]:
    """Yield plain requests out of Parakweet's sentences: people writing to people, at work or at home."""
    right = frozenset({Category.WORK, Category.PERSONAL})
    for number, (asks, sentence) in enumerate(parakweet(data)):
        if asks and "$" not in sentence and len(sentence) > 30 and number % 4 == 0:
            message = _message("", sentence, f"parakweet {number}")
            yield Example(message, right, f"parakweet {number % 20}")


def parakweet(data: Path) -> Iterator[tuple[bool, str]]:
    """Yield (whether it asks for something, sentence)."""
    path = data / "tools" / "parakweet" / "Ask0729-fixed.txt"
    for line in path.read_text("utf-8", errors="replace").splitlines():
        label, _, sentence = line.partition("\t")
        if sentence:
            yield label.strip() == "Yes", sentence.strip()


def written() -> Iterator[Example]:
    """Yield mails put together from the sentences beside this file; source: a fifth of each set."""
    for (category, language), lines in _sentence_sets().items():
        for fold in range(5):
            own = lines[fold::5] or lines
            random = Random(f"{category} {language} {fold}")
            for _ in range(_DOCUMENTS_PER_SET // 5):
                chosen = random.sample(own, k=min(len(own), random.choice((1, 1, 2, 3))))
                subject = " ".join(islice(random.choice(own).split(), 5)) if random.random() < 0.6 else ""
                yield _written(subject, "\n\n".join(chosen), Category(category), f"written {fold}")


def _sentence_sets() -> dict[tuple[str, str], list[str]]:
    sets: dict[tuple[str, str], list[str]] = {}
    lines: list[str] = []
    for line in files(__package__).joinpath("phrases.txt").read_text("utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\.(\w+)\]", line):
            lines = sets.setdefault((heading[1], heading[2]), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sets


def _written(subject: str, text: str, category: Category, source: str) -> Example:
    return Example(_message(subject, text, source), frozenset({category}), source)


def _message(subject: str, text: str, name: str) -> Message:
    nobody = Address("", "someone@sender.example")
    owner = (Address("", "owner@home.example"),)
    return _envelope(name, nobody, owner, subject, Mail(text))


def _mail(raw: bytes, name: str) -> Message:
    parsed = message_from_bytes(raw, policy=policy.compat32)
    sender, address = parseaddr(str(parsed.get("From", "")))
    text, marked_up = _bodies(raw)
    body = Mail(
        text=text,
        html=marked_up,
        in_reply_to=str(parsed.get("In-Reply-To", "")),
        list_id=str(parsed.get("List-Id", "")),
        list_unsubscribe=str(parsed.get("List-Unsubscribe", "")),
        bulk=str(parsed.get("Precedence", "")).lower() in ("bulk", "list", "junk"),
    )
    people = tuple(Address("", parseaddr(str(to))[1].lower()) for to in parsed.get_all("To", []))
    who = Address(sender, address.lower())
    subject = str(parsed.get("Subject", ""))
    return _envelope(name, who, people, subject, body)


def _envelope(name: str, sender: Address, to: tuple[Address, ...], subject: str, body: Mail) -> Message:
    source = "training/mail"
    return Message(name, "training", "none", source, name, LONG_AGO, LONG_AGO, sender, to, subject, body)


def _bodies(raw: bytes) -> tuple[str, str]:
    """Return the text, taken from HTML where there is no other, and the HTML."""
    parsed = message_from_bytes(raw, _class=EmailMessage, policy=policy.compat32)
    found = {"text/plain": "", "text/html": ""}
    for part in parsed.walk():
        kind = part.get_content_type()
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and found.get(kind) == "":
            found[kind] = payload.decode("utf-8", "replace") if _is_utf8(payload) else payload.decode("latin-1")
    text, marked_up = found["text/plain"], found["text/html"]
    return _unquoted(text if text.strip() else _as_text(marked_up)), marked_up


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_text(marked_up: str) -> str:
    return re.sub(r"[ \t]+", " ", html.unescape(_TAG.sub(" ", _BLOCK.sub(" ", marked_up))))


def _unquoted(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith((">", "|")))
