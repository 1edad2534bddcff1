"""One agent's turns against a model server, in an environment of its own that knows nothing of Alfred.

Run as a script: `python peers.py NAME ADDRESS CASE TURNS`. CASE is a file with the system prompt, the tools and the
question. It prints one JSON object: versions, milliseconds on the wall of each turn, and of the processor in the mean.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
import warnings
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Case = dict[str, Any]
Turn = Callable[[], Awaitable[str]]
MODEL = "claude-haiku-4-5"
RESULT = "Nothing stands there."
WARM_UP = 10


def langgraph(address: str, case: Case) -> Turn:
    """The prebuilt agent, asked for whole answers, which costs it less than streaming."""
    agent = _prebuilt(address, case)

    async def turn() -> str:
        answer = await agent.ainvoke({"messages": [("user", case["question"])]})
        return str(answer["messages"][-1].text)

    return turn


def langgraph_streaming(address: str, case: Case) -> Turn:
    agent = _prebuilt(address, case)

    async def turn() -> str:
        asked = {"messages": [("user", case["question"])]}
        pieces = [str(piece.text) async for piece, _ in agent.astream(asked, stream_mode="messages")]
        return "".join(pieces)

    return turn


def _prebuilt(address: str, case: Case) -> Any:
    from langchain_anthropic import ChatAnthropic
    from langchain_core.tools import StructuredTool

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langgraph.prebuilt import create_react_agent

        async def work(**_: object) -> str:
            return RESULT

        tools = [
            StructuredTool(name=each["name"], description=each["description"], args_schema=each["input_schema"],
                           coroutine=work)
            for each in case["tools"]
        ]  # fmt: skip
        model = ChatAnthropic(model=MODEL, base_url=address, api_key="x", max_tokens=1024, max_retries=0)
        return create_react_agent(model, tools, prompt=case["system"])


def pydantic_ai(address: str, case: Case) -> Turn:
    from anthropic import AsyncAnthropic
    from pydantic_ai import Agent, Tool
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    async def work(**_: object) -> str:
        return RESULT

    tools = [Tool.from_schema(work, each["name"], each["description"], each["input_schema"]) for each in case["tools"]]
    client = AsyncAnthropic(api_key="x", base_url=address, max_retries=0)
    model = AnthropicModel(MODEL, provider=AnthropicProvider(anthropic_client=client))
    agent = Agent(model, system_prompt=case["system"], tools=tools)

    async def turn() -> str:
        return str((await agent.run(case["question"])).output)

    return turn


AGENTS = {"langgraph": langgraph, "langgraph-streaming": langgraph_streaming, "pydantic-ai": pydantic_ai}
NAMES = {"langgraph": "LangGraph", "langgraph-streaming": "LangGraph streaming", "pydantic-ai": "pydantic-ai"}
PACKAGES = {"langgraph": "langgraph", "langgraph-streaming": "langgraph", "pydantic-ai": "pydantic-ai-slim"}


async def measured(turn: Turn, turns: int, expected: str, began: float) -> dict[str, object]:
    assert expected in await turn()
    ready = time.perf_counter() - began
    for _ in range(WARM_UP):
        assert expected in await turn()
    walls, busy = [], time.process_time()
    for _ in range(turns):
        started = time.perf_counter()
        await turn()
        walls.append((time.perf_counter() - started) * 1000)
    return {"ready": ready, "walls": walls, "busy": (time.process_time() - busy) * 1000 / turns}


def main() -> None:
    name, address, case_file, turns = sys.argv[1:]
    case = json.loads(Path(case_file).read_text(encoding="utf-8"))
    began = time.perf_counter()
    turn = AGENTS[name](address, case)
    found = asyncio.run(measured(turn, int(turns), case["expected"], began))
    said = f"{NAMES[name]} {version(PACKAGES[name])}"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**found, "name": said, "memory": memory}))


if __name__ == "__main__":
    main()
