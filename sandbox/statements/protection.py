"""Locking a PDF with a password: AES-256, revision 6 (ISO 32000-2, 7.6.4)."""

from __future__ import annotations

import hashlib
from random import Random

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_HASHES = (hashlib.sha256, hashlib.sha384, hashlib.sha512)
_PERMISSIONS = b"\xfc\xff\xff\xff\xff\xff\xff\xffTadb\x00\x00\x00\x00"
_NO_VECTOR = bytes(16)


class Protection:
    """The keys of one document. The same password and seed give the same bytes."""

    def __init__(self, password: str, seed: str) -> None:
        self._random = Random(f"{seed}:{password}")
        self._key = self._random.randbytes(32)
        secret = password.encode()
        self._user, self._user_key = self._entry(secret, b"")
        self._owner, self._owner_key = self._entry(b"owner of " + secret, self._user)
        self.identity = hashlib.sha256(self._user).hexdigest()[:32].encode()

    def encrypted(self, data: bytes) -> bytes:
        """Return a stream's bytes, its vector in front."""
        vector = self._random.randbytes(16)
        pad = padding.PKCS7(128).padder()
        return vector + _cbc(self._key, vector, pad.update(data) + pad.finalize())

    def dictionary(self) -> bytes:
        cipher = Cipher(algorithms.AES256(self._key), modes.ECB()).encryptor()  # as 7.6.4.4.9 (algorithm 10) asks
        fields = {
            b"U": self._user,
            b"UE": self._user_key,
            b"O": self._owner,
            b"OE": self._owner_key,
            b"Perms": cipher.update(_PERMISSIONS),
        }
        shown = b" ".join(b"/%s <%s>" % (name, value.hex().encode()) for name, value in fields.items())
        crypt = b"/CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
        return b"<< /Filter /Standard /V 5 /R 6 /Length 256 /P -4 %s %s >>" % (shown, crypt)

    def _entry(self, password: bytes, user: bytes) -> tuple[bytes, bytes]:
        check, salt = self._random.randbytes(8), self._random.randbytes(8)
        entry = _hardened(password, check, user) + check + salt
        return entry, _cbc(_hardened(password, salt, user), _NO_VECTOR, self._key)


def _cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(data) + cipher.finalize()


def _hardened(password: bytes, salt: bytes, user: bytes) -> bytes:
    """Return the hash of algorithm 2.B."""
    key = hashlib.sha256(password + salt + user).digest()
    turn, last = 0, 255
    while turn < 64 or last > turn - 32:
        block = _cbc(key[:16], key[16:32], (password + key + user) * 64)
        key = _HASHES[sum(block[:16]) % 3](block).digest()
        last, turn = block[-1], turn + 1
    return key[:32]
