"""A process that does nothing but read mail: frames in on stdin, frames out on stdout, gone when stdin ends."""

from __future__ import annotations

import signal
import sys
from typing import BinaryIO

from adapters.mime.handover import dump_results, load_raws, read_frame, write_frame
from adapters.mime.reader import MimeReader


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Say by an empty frame that it is ready; then answer frames of raw mail until the other end is closed."""
    reader = MimeReader()
    write_frame(outgoing, b"")
    while (data := read_frame(incoming)) is not None:
        write_frame(outgoing, dump_results([reader.read(raw) for raw in load_raws(data)]))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
