"""Reading tool calls in text: every form that small models write, and nothing that only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ollama.tool_text import as_text, instruction, read, sure_words
from application.ports.model import Speaker, ToolCall, ToolOffer, ToolResult, Turn
from domain.codec import Json

OFFERED = ("search_mail", "briefing")
WANTED = ("search_mail", {"query": "invoice", "unread": True})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def calls_in(text: str) -> list[tuple[str, dict[str, Json]]]:
    return [(call.name, call.arguments) for call in read(text, OFFERED).calls]


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "search_mail", "arguments": {"query": "invoice", "unread": true}}',
        '<tool_call>\n{"name": "search_mail", "arguments": {"query": "invoice", "unread": true}}\n</tool_call>',
        '<tool_call>{"name": "search_mail", "arguments": {"query": "invoice", "unread": true}}',
        'I shall look.\n```json\n{"name": "search_mail", "parameters": {"query": "invoice", "unread": true}}\n```',
        '```\n{"tool": "search_mail", "args": {"query": "invoice", "unread": true,},}\n```',
        "{'name': 'search_mail', 'arguments': {'query': 'invoice', 'unread': true}}",
        '[{"name": "search_mail", "arguments": {"query": "invoice", "unread": true}}]',
        '{"type": "function", "function": {"name": "search_mail", "arguments": "{\\"query\\": \\"invoice\\", '
        '\\"unread\\": true}"}}',
        'Certainly: {"name": "search_mail", "arguments": {"query": "invoice", "unread": true}} at once.',
        '{"name": "search_mail", "arguments": {"query": "invoice", "unread": true}',
    ],
)
def test_every_form_of_a_call_is_understood(text: str) -> None:
    assert calls_in(text) == [WANTED]


def test_several_calls_keep_their_order_and_have_ids_of_their_own() -> None:
    text = (
        '<tool_call>{"name": "briefing"}</tool_call>\n<tool_call>{"name": "search_mail", "arguments": {}}</tool_call>'
    )
    found = read(text, OFFERED).calls
    assert [call.name for call in found] == ["briefing", "search_mail"]
    assert len({call.id for call in found}) == 2


def test_one_call_per_line_in_a_fence_is_understood() -> None:
    assert calls_in('```json\n{"name": "briefing"}\n{"name": "search_mail"}\n```') == [
        ("briefing", {}),
        ("search_mail", {}),
    ]


def test_the_words_around_a_call_remain() -> None:
    assert read('I shall look.\n<tool_call>{"name": "briefing"}</tool_call>', OFFERED).text == "I shall look."


def test_json_for_its_own_sake_is_no_call() -> None:
    text = 'The form is {"name": "Jo", "arguments": {}}, as agreed.'
    assert (calls_in(text), read(text, OFFERED).text) == ([], text)


def test_a_tagged_call_counts_even_where_nobody_offered_it() -> None:
    assert calls_in('<tool_call>{"name": "launch_rocket"}</tool_call>') == [("launch_rocket", {})]


def test_a_brace_in_a_string_ends_nothing() -> None:
    assert calls_in('{"name": "search_mail", "arguments": {"query": "a } b"}}') == [("search_mail", {"query": "a } b"})]


@pytest.mark.parametrize(
    "text", ["", "Good morning.", "{", "[[[", "<tool_call>", "```json\n```", "{'a': __import__('os')}"]
)
def test_what_is_no_call_is_left_alone(text: str) -> None:
    assert (calls_in(text), read(text, OFFERED).text) == ([], text)


def test_deep_nesting_is_no_call_and_no_crash() -> None:
    assert calls_in("[" * 100_000) == []


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert all(call.name for call in read(text, OFFERED).calls)


@given(st.dictionaries(st.text(), json_values))
def test_what_is_written_is_read_again(arguments: dict[str, Json]) -> None:
    turn = Turn(Speaker.MODEL, calls=(ToolCall("1", "search_mail", arguments),))
    assert calls_in(as_text(turn)) == [("search_mail", arguments)]


def test_results_are_shown_before_the_words() -> None:
    turn = Turn(Speaker.OWNER, "and then?", results=(ToolResult("1", "two mails"),))
    assert as_text(turn) == "<tool_result>two mails</tool_result>\nand then?"


def test_words_are_shown_until_a_call_may_begin() -> None:
    assert [sure_words(text) for text in ("Good morning", "Well: {", "<tool")] == [12, 6, 0]


def test_the_instruction_names_every_tool_and_is_itself_no_call() -> None:
    told = instruction([ToolOffer("briefing", "Tells what matters.", {"type": "object", "properties": {}})])
    assert "- briefing: Tells what matters." in told
    assert calls_in(told) != [("briefing", {})]
