"""Mail that is larger than one request to Graph may be: its attachments go up by themselves.

Source: https://learn.microsoft.com/graph/outlook-large-attachments.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser

from adapters.microsoft.api import Request
from adapters.microsoft.delta import message_path
from adapters.microsoft.parts import Attached
from adapters.microsoft.scopes import WRITE
from adapters.microsoft.writing import WritingGraph
from domain.codec import Json
from domain.errors import CannotBe

# Graph takes 4 MB in one request, of which base64 takes a quarter for itself; some is left for what stands around it.
IN_ONE = 2_900_000
_SESSION_FROM = 3 * 1024**2
_PIECE = 3 * 1024**2
_MIXED = re.compile(rb'MIME-Version: 1\.0\r\nContent-Type: multipart/mixed; boundary="([^"\r\n]+)"\r\n')


def apart(content: bytes) -> tuple[bytes, list[Attached]]:
    """Take a mail apart, as Alfred writes one: its head and text, and what is attached, byte for byte.

    Raises `CannotBe` where it is its text that is too large.
    """
    found = _MIXED.search(content.partition(b"\r\n\r\n")[0] + b"\r\n")
    if found is None:
        raise CannotBe("its text is larger than Microsoft takes", code="too_large")
    _, text, *parts = content[found.end() :].split(b"\r\n--" + found[1])
    return content[: found.start()] + text.removeprefix(b"\r\n"), [_attached(part) for part in parts[:-1]]


def attach(api: WritingGraph, draft: str, file: Attached) -> None:
    """Attach a file to a draft, in as many pieces as it takes."""
    path = f"{message_path(draft)}/attachments"
    if len(file.content) < _SESSION_FROM:
        api.write(Request(path, "POST", needs=(WRITE,), body=_whole(file)))
        return
    begin = Request(f"{path}/createUploadSession", "POST", needs=(WRITE,), body={"AttachmentItem": _announced(file)})
    address = str(api.write(begin)["uploadUrl"])
    for start, piece in _pieces(file.content):
        api.upload(address, piece, f"bytes {start}-{start + len(piece) - 1}/{len(file.content)}")


def _attached(part: bytes) -> Attached:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    fields = BytesHeaderParser().parsebytes(head)
    return Attached(content, fields.get_filename() or "message.eml", fields.get_content_type())


def _announced(file: Attached) -> dict[str, Json]:
    return {
        "attachmentType": "file",
        "name": file.name,
        "size": len(file.content),
        "contentType": file.media_type,
    }


def _whole(file: Attached) -> dict[str, Json]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": file.name,
        "contentType": file.media_type,
        "contentBytes": base64.b64encode(file.content).decode(),
    }


def _pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(0, len(content), _PIECE):
        yield start, content[start : start + _PIECE]
