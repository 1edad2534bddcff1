"""A model server that costs next to nothing: three tool calls, then words, streamed or whole; standard library only.

Run as a script it prints its address. Which answer is due shows in the request: the results of tools that it holds.
"""

from __future__ import annotations

import asyncio
import json
import re

CALLS = ("list_tasks", "list_actions", "briefing")
WORDS = "Nothing needs you this morning, sir. The list is empty and all is quiet."
_RESULT = re.compile(rb'"type": ?"tool_result"')
_STREAM = re.compile(rb'"stream": ?true')
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_USAGE = {"input_tokens": 100, "output_tokens": 20}


def content(step: int) -> dict[str, object]:
    if step < len(CALLS):
        return {"type": "tool_use", "id": f"toolu_{step}", "name": CALLS[step], "input": {}}
    return {"type": "text", "text": WORDS}


def whole(step: int) -> bytes:
    stop = "tool_use" if step < len(CALLS) else "end_turn"
    head = {"id": f"msg_{step}", "type": "message", "role": "assistant", "model": "claude-haiku-5-5"}
    body = json.dumps({**head, "content": [content(step)], "stop_reason": stop, "stop_sequence": None, "usage": _USAGE})
    return _answered("application/json", body.encode())


def streamed(step: int) -> bytes:
    """Return the events of an answer, word by word."""
    block = content(step)
    is_call = block["type"] == "tool_use"
    bare = {**block, **({} if is_call else {"text": ""})}
    call_pieces = [{"type": "input_json_delta", "partial_json": "{}"}]
    pieces = call_pieces if is_call else [{"type": "text_delta", "text": f"{word} "} for word in WORDS.split()]
    head = {"id": f"msg_{step}", "type": "message", "role": "assistant", "model": "claude-haiku-5-5", "content": []}
    events: list[dict[str, object]] = [
        {"type": "message_start", "message": {**head, "stop_reason": None, "stop_sequence": None, "usage": _USAGE}},
        {"type": "content_block_start", "index": 0, "content_block": bare},
        *({"type": "content_block_delta", "index": 0, "delta": piece} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use" if is_call else "end_turn"}, "usage": _USAGE},
        {"type": "message_stop"},
    ]
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return _answered("text/event-stream", body.encode())


def _answered(kind: str, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (kind.encode(), len(body), body)


WHOLE = [whole(step) for step in range(len(CALLS) + 1)]
STREAMED = [streamed(step) for step in range(len(CALLS) + 1)]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection's requests until it ends."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            step = min(len(_RESULT.findall(body)), len(CALLS))
            writer.write((STREAMED if _STREAM.search(body) else WHOLE)[step])
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 22)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
