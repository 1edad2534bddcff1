"""Mail to a parsing process and messages back, as length-prefixed frames.

What goes to the process is pickled, which copies no mail twice. What comes back from it, having met hostile mail, is
read with `marshal`, which can only ever yield plain values. Both ends are the same interpreter and program, so
neither format need last.
"""

from __future__ import annotations

import marshal
import pickle
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final, cast

from application.ports.mime import RawMail, Unreadable
from domain.messages import Address, Attachment, Authentication, Mail, Message, message_id

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

Packed = tuple[object, ...]


def write_frame(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(8, "big"))
    stream.write(data)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame's bytes, nothing at the end of the stream."""
    head = stream.read(8)
    size = int.from_bytes(head, "big")
    data = stream.read(size) if len(head) == 8 else b""
    return data if len(head) == 8 and len(data) == size else None


def dump_raws(raws: Sequence[RawMail]) -> bytes:
    """Pack what reading needs; the rest stays with the caller."""
    return pickle.dumps([(raw.provider, _microseconds(raw.received_at), raw.content) for raw in raws], 5)


def load_raws(data: bytes) -> list[RawMail]:
    return [_unpack_raw(each) for each in pickle.loads(data)]  # noqa: S301 - from the process that started this one


def dump_results(results: Sequence[Message | Unreadable]) -> bytes:
    return marshal.dumps([cast(tuple[str], _pack_result(each)) for each in results])


def load_results(data: bytes, raws: Sequence[RawMail]) -> list[Message | Unreadable]:
    """Put results and what stayed with the caller together again."""
    packed = cast(list[Packed], marshal.loads(data))
    return [
        _unpack_result(each, raw, message_id(raw.account, raw.provider_id))
        for each, raw in zip(packed, raws, strict=True)
    ]


def _unpack_raw(packed: Packed) -> RawMail:
    provider, received, content = cast(tuple[str, int, bytes], packed)
    return RawMail("", provider, "", "", "", _moment(received), frozenset(), content)


def _pack_result(result: Message | Unreadable) -> Packed:
    if isinstance(result, Unreadable):
        return (result.reason,)
    mail = cast(Mail, result.body)
    return (
        _microseconds(result.sent_at),
        result.subject,
        [(each.name, each.address) for each in (result.sender, *result.to, *result.cc, *mail.reply_to, *mail.bcc)],
        (len(result.to), len(result.cc), len(mail.reply_to)),
        [(each.name, each.media_type, each.size, each.inline) for each in result.attachments],
        (mail.text, mail.quoted, mail.signature, mail.html, mail.message_id, mail.in_reply_to, mail.references),
        (mail.list_id, mail.list_unsubscribe, mail.one_click_unsubscribe, mail.auto_submitted, mail.bulk),
        (str(mail.authentication), mail.invitations, mail.defects),
    )


def _unpack_result(packed: Packed, raw: RawMail, identity: str) -> Message | Unreadable:
    if len(packed) == 1:
        return Unreadable(raw, cast(str, packed[0]))
    sent, subject, pairs, counts, attached, words, listed, found = cast(_Result, packed)
    people = [Address(name, address) for name, address in pairs]
    to, cc, reply_to = 1 + counts[0], 1 + counts[0] + counts[1], 1 + sum(counts)
    text, quoted, signature, html, own_id, answered, references = words
    authentication, invitations, defects = found
    mail = Mail(
        text, quoted, signature, html, own_id, answered, references, tuple(people[cc:reply_to]),
        tuple(people[reply_to:]), *listed, Authentication(authentication), invitations, defects,
    )  # fmt: skip
    thread = raw.thread_id or (references[0] if references else answered or own_id or identity)
    return Message(
        identity, raw.account, raw.provider, raw.source, thread, _moment(sent), raw.received_at, people[0],
        tuple(people[1:to]), subject, mail, tuple(people[to:cc]), raw.labels,
        tuple(Attachment(index, *each) for index, each in enumerate(attached)), len(raw.content),
    )  # fmt: skip


_Words = tuple[str, str, str, str, str, str, tuple[str, ...]]
_Listed = tuple[str, str, bool, bool, bool]
_Found = tuple[str, tuple[str, ...], tuple[str, ...]]
_Result = tuple[
    int,
    str,
    Sequence[tuple[str, str]],
    tuple[int, int, int],
    Sequence[tuple[str, str, int, bool]],
    _Words,
    _Listed,
    _Found,
]


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
