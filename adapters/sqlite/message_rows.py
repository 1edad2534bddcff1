"""Messages as rows, narrow for lists and whole, and back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from adapters.sqlite.connection import Row
from adapters.sqlite.times import micros, moment
from adapters.sqlite.verdict_rows import read_verdict
from application.ports.store import ClassifiedMessage
from domain.messages import Address, Attachment, Authentication, Chat, Mail, Message, MessageKind
from domain.search import spaced
from domain.triage import Classification

ENVELOPE = (
    "m.id, m.account, m.provider, m.source, m.thread_id, m.kind, m.sent_us, m.received_us, m.sender_name,"
    " m.sender_address, m.people, m.subject, m.snippet, m.labels, m.attachments, m.size, m.removed_us"
)
CLASSIFIED = "c.at_us, c.verdict"
LISTED = f"json_array({ENVELOPE}, {CLASSIFIED})"  # one value is handed over several times as fast as nineteen
BODY = "b.text, b.quoted, b.signature, b.html, b.headers"
_ENVELOPE_WIDTH = 17
LISTED_KEPT = 4096

INSERT_MESSAGE = """
INSERT INTO messages (seq, id, account, provider, source, thread_id, kind, sent_us, received_us, sender_name,
    sender_address, people, subject, snippet, labels, attachments, size)
"""
UPDATE_MESSAGE = """
UPDATE messages SET (id, account, provider, source, thread_id, kind, sent_us, received_us, sender_name, sender_address,
    people, subject, snippet, labels, attachments, size) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
WHERE seq = ?
"""
INSERT_BODY = "INSERT INTO bodies (seq, text, quoted, signature, html, headers)"
INSERT_WORDS = "INSERT INTO search (rowid, subject, people, text)"
DELETE_WORDS = "INSERT INTO search (search, rowid, subject, people, text) VALUES ('delete', ?, ?, ?, ?)"


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def labels_json(labels: Iterable[str]) -> str:
    return _json(sorted(map(str, labels)))


def _pairs(people: Iterable[Address]) -> list[tuple[str, str]]:
    return [(person.name, person.address) for person in people]


def _people(pairs: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(name, address) for name, address in pairs)


def envelope_row(seq: int, message: Message) -> Row:
    return (
        seq,
        message.id,
        message.account,
        message.provider,
        message.source,
        message.thread_id,
        message.kind.value,
        micros(message.sent_at),
        micros(message.received_at),
        message.sender.name,
        message.sender.address,
        _json([_pairs(message.to), _pairs(message.cc)]) if message.to or message.cc else "[[],[]]",
        message.subject,
        message.snippet,
        labels_json(message.labels),
        _json(message.attachments) if message.attachments else "[]",
        message.size,
    )


def body_row(seq: int, message: Message) -> Row:
    body = message.body
    if isinstance(body, Chat):
        headers = _json([body.channel, _pairs(body.mentions), body.reply_to, body.link])
        return seq, body.text, "", "", body.html.encode(), headers
    return seq, body.text, body.quoted, body.signature, body.html.encode(), _mail_headers(body)


def _mail_headers(mail: Mail) -> str:
    return _json(
        [
            mail.message_id,
            mail.in_reply_to,
            mail.references,
            _pairs(mail.reply_to),
            _pairs(mail.bcc),
            mail.list_id,
            mail.list_unsubscribe,
            mail.one_click_unsubscribe,
            mail.auto_submitted,
            mail.bulk,
            mail.authentication.value,
            mail.invitations,
            mail.defects,
        ]
    )


def words_row(seq: int, message: Message) -> Row:
    """Return what is indexed: subject, people and the sender's own words, without what is quoted."""
    people = " ".join(map(str, (message.sender, *message.to, *message.cc)))
    return seq, spaced(message.subject), spaced(people), spaced(message.body.text)


@lru_cache(maxsize=LISTED_KEPT)
def read_listed(listed: str) -> ClassifiedMessage:
    """Read a row of a list: the body's text is the snippet alone. The same row gives the very same message."""
    row: Row = orjson.loads(listed)
    *_, at_us, verdict = row
    snippet = row[12]
    body = Chat(snippet) if row[5] == MessageKind.CHAT.value else Mail(snippet)
    return _classified(row, body, at_us, verdict)


def read_whole(row: Row) -> ClassifiedMessage:
    at_us, verdict, *body = row[_ENVELOPE_WIDTH:]
    return _classified(row, _body(row[5], *body), at_us, verdict)


def _classified(row: Row, body: Mail | Chat, at_us: int | None, verdict: str | None) -> ClassifiedMessage:
    message, removed = _message(row, body), row[16] is not None
    if at_us is None or verdict is None:
        return ClassifiedMessage(message, None, removed)
    return ClassifiedMessage(message, Classification(message.id, read_verdict(verdict), moment(at_us)), removed)


def _message(row: Row, body: Mail | Chat) -> Message:
    to, cc = orjson.loads(row[10])
    return Message(
        id=row[0],
        account=row[1],
        provider=row[2],
        source=row[3],
        thread_id=row[4],
        sent_at=moment(row[6]),
        received_at=moment(row[7]),
        sender=Address(row[8], row[9]),
        to=_people(to),
        subject=row[11],
        body=body,
        cc=_people(cc),
        labels=frozenset(orjson.loads(row[13])),
        attachments=tuple(Attachment(**each) for each in orjson.loads(row[14])) if row[14] != "[]" else (),
        size=row[15],
    )


def _body(kind: str, text: str, quoted: str, signature: str, html: bytes, headers: str) -> Mail | Chat:
    form: list[Any] = orjson.loads(headers)
    if kind == MessageKind.CHAT.value:
        channel, mentions, reply_to, *link = form
        return Chat(text, html.decode(), channel, _people(mentions), reply_to, *link)
    return Mail(
        text,
        quoted,
        signature,
        html.decode(),
        message_id=form[0],
        in_reply_to=form[1],
        references=tuple(form[2]),
        reply_to=_people(form[3]),
        bcc=_people(form[4]),
        list_id=form[5],
        list_unsubscribe=form[6],
        one_click_unsubscribe=form[7],
        auto_submitted=form[8],
        bulk=form[9],
        authentication=Authentication(form[10]),
        invitations=tuple(form[11]),
        defects=tuple(form[12]),
    )
