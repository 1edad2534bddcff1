"""PDFs that were not made to be read: mutated, swollen, endless, boastful."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from random import Random

_HEAD = b"%PDF-1.7\n"


def mutations(seed: int, sound: bytes, count: int) -> Iterator[bytes]:
    """Yield `count` damaged copies, each by its own seed: bytes flipped, pieces cut, doubled or swapped for others."""
    for number in range(count):
        yield _mutated(Random(f"{seed}:{number}"), bytearray(sound))


def _mutated(random: Random, data: bytearray) -> bytes:
    for _ in range(random.choice((1, 3, 30))):
        at = random.randrange(len(data))
        length = random.choice((1, 8, 200))
        match random.randrange(5):
            case 0:
                data[at] = random.randrange(256)
            case 1 if len(data) > 2 * length + 64:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at : at + 1] = random.choice(
                    (b"99999999999", b"-1", b"0", b"<<", b">>", b"[", b"endobj", b"/Kids")
                )
            case _:
                data[at : at + length] = random.randbytes(min(length, len(data) - at))
    return bytes(_HEAD + data if random.random() < 0.5 else data)


def _file(objects: list[bytes]) -> bytes:
    bodies = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, start=1))
    return _HEAD + bodies + b"trailer << /Size %d /Root 1 0 R >>\n%%%%EOF\n" % (len(objects) + 1)


def _paged(content: bytes) -> bytes:
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
            content,
        ]
    )


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def bomb(megabytes: int = 1500) -> bytes:
    """Return a small file whose page unpacks to that much text, packed twice."""
    line = b"BT /F0 8 Tf 40 40 Td (01.02. Kartenzahlung 12,34) Tj ET\n" * 16_000
    packer = zlib.compressobj(9)
    first = packer.compress(line) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(line) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = zlib.compress(first + again * megabytes, 9)
    return _paged(_stream(packed, b"/Filter [/FlateDecode /FlateDecode]"))


def page_loop() -> bytes:
    """Return a tree of pages that is its own child."""
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"])


def form_loop() -> bytes:
    """Return a page that draws a form that draws itself."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /XObject << /X 5 0 R >> >> >>",
            _stream(b"/X Do " * 50),
            _stream(b"/X Do /X Do", form),
        ]
    )


def boast() -> bytes:
    """Return a stream that claims to hold a gigabyte."""
    return _paged(b"<< /Length 1073741824 >>\nstream\nBT (x) Tj ET\nendstream")


def nested() -> bytes:
    """Return arrays within arrays, a hundred thousand deep."""
    return _file(
        [b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 100_000 + b"]" * 100_000 + b" >>", b"<< /Type /Pages >>"]
    )


def crowd() -> bytes:
    """Return a million pages that are one."""
    kids = b"3 0 R " * 1_000_000
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count 1000000 >>" % kids, page])


CRAFTED = {
    "bomb": bomb,
    "page loop": page_loop,
    "form loop": form_loop,
    "boast": boast,
    "nested": nested,
    "crowd": crowd,
    "empty": lambda: _HEAD,
    "cut": lambda: _paged(_stream(b"BT ET"))[:200],
}
