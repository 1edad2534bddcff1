"""Encryption of a stream under a passphrase: scrypt, then AES-256-GCM chunk by chunk.

Each chunk's nonce holds its number and whether it is the last, so that none can be left out, swapped or cut off
(the STREAM construction of https://eprint.iacr.org/2015/189, section 5).
"""

from __future__ import annotations

import io
import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from domain.errors import CannotBe

MAGIC = b"alfred-sealed-1\n"
CHUNK = 64 * 1024
TAG = 16
LONGEST_HEADER = 1024
COST, BLOCK = 2**17, 8  # 128 MiB and about half a second: https://www.rfc-editor.org/rfc/rfc7914, section 2
MOST_COST = 2**20


@dataclass(frozen=True, slots=True)
class _Header:
    cost: int
    salt: bytes
    prefix: bytes

    def as_bytes(self) -> bytes:
        form = {"scrypt": self.cost, "salt": b64encode(self.salt).decode(), "nonce": b64encode(self.prefix).decode()}
        return MAGIC + json.dumps(form).encode() + b"\n"

    def cipher(self, passphrase: str) -> AESGCM:
        return AESGCM(Scrypt(self.salt, 32, self.cost, BLOCK, 1).derive(passphrase.encode()))

    def nonce(self, number: int, *, is_last: bool) -> bytes:
        return self.prefix + number.to_bytes(4, "big") + bytes([is_last])


class Sealer(io.RawIOBase):
    """Writes what it is given, encrypted, to `target`; only `close` makes it whole. `target` stays open."""

    def __init__(self, target: BinaryIO, passphrase: str, cost: int = COST) -> None:
        self._header = _Header(cost, os.urandom(16), os.urandom(7))
        self._cipher = self._header.cipher(passphrase)
        self._target = target
        self._held = bytearray()
        self._number = 0
        target.write(self._header.as_bytes())

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        given = bytes(data)  # type: ignore[call-overload]
        self._held += given
        while len(self._held) > CHUNK:
            self._seal(CHUNK, is_last=False)
        return len(given)

    def close(self) -> None:
        if not self.closed:
            self._seal(len(self._held), is_last=True)
        super().close()

    def _seal(self, size: int, *, is_last: bool) -> None:
        plain = bytes(self._held[:size])
        del self._held[:size]
        nonce = self._header.nonce(self._number, is_last=is_last)
        self._target.write(self._cipher.encrypt(nonce, plain, self._header.as_bytes()))
        self._number += 1


class Opener(io.RawIOBase):
    """Reads what a `Sealer` wrote; `CannotBe` for a wrong passphrase, and for what was changed or cut off."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._header = _read_header(source)
        self._cipher = self._header.cipher(passphrase)
        self._source = source
        self._next = source.read(CHUNK + TAG)
        self._plain = b""
        self._number = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._plain and self._number >= 0:
            self._plain = self._opened()
        given, self._plain = self._plain[: len(view)], self._plain[len(view) :]
        view[: len(given)] = given
        return len(given)

    def _opened(self) -> bytes:
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        is_last = not self._next
        try:
            plain = self._cipher.decrypt(
                self._header.nonce(self._number, is_last=is_last), sealed, self._header.as_bytes()
            )
        except (InvalidTag, ValueError):
            if self._number == 0:
                raise CannotBe("the passphrase is wrong, or the file was changed", code="wrong_passphrase") from None
            raise CannotBe("the file was changed or cut off", code="damaged_backup") from None
        self._number = -1 if is_last else self._number + 1
        return plain


def _read_header(source: BinaryIO) -> _Header:
    try:
        source.read(len(MAGIC))
        form = json.loads(source.readline(LONGEST_HEADER))
        header = _Header(int(form["scrypt"]), b64decode(form["salt"]), b64decode(form["nonce"]))
    except (ValueError, KeyError, TypeError):
        raise CannotBe("the file's beginning is damaged", code="damaged_backup") from None
    if header.cost > MOST_COST or header.cost < 2 or header.cost & (header.cost - 1) or len(header.prefix) != 7:
        raise CannotBe("the file's beginning is damaged", code="damaged_backup")
    return header
