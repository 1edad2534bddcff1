"""What goes to the reading process and what comes back: JSON in frames, nothing that could run."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import orjson

from application.ports.documents import (
    Damaged,
    Hint,
    NeedsPassword,
    NotAStatement,
    ReadDocument,
    Reading,
    Scanned,
    SetAside,
)
from domain.codec import decode, encode

_KINDS: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (ReadDocument, NeedsPassword, Scanned, NotAStatement, SetAside, Damaged)
}
_LENGTH = struct.Struct(">I")
LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Question:
    """One document to read."""

    content: bytes
    passwords: tuple[str, ...]
    hint: Hint


def write_frame(stream: BinaryIO, data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame, nothing where the other end is gone or talks nonsense."""
    head = _exactly(stream, _LENGTH.size)
    if head is None:
        return None
    length = cast(int, _LENGTH.unpack(head)[0])
    return _exactly(stream, length) if length <= LARGEST else None


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    data = stream.read(length)
    return data if len(data) == length else None


def write_question(stream: BinaryIO, question: Question) -> None:
    write_frame(stream, orjson.dumps({"passwords": question.passwords, "hint": encode(question.hint)}))
    write_frame(stream, question.content)


def read_question(stream: BinaryIO) -> Question | None:
    head = read_frame(stream)
    content = read_frame(stream) if head is not None else None
    if head is None or content is None:
        return None
    said = orjson.loads(head)
    return Question(content, tuple(cast(Sequence[str], said["passwords"])), decode(Hint, said["hint"]))


def dump_reading(reading: Reading) -> bytes:
    return orjson.dumps({"kind": type(reading).__name__, "reading": encode(reading)})


def load_reading(data: bytes) -> Reading:
    """Read an answer strictly; raise `Invalid`, `KeyError` or `ValueError` for what is none."""
    said = orjson.loads(data)
    return cast(Reading, decode(_KINDS[said["kind"]], said["reading"]))
