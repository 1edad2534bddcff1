"""What can be found, and that nothing typed does harm."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory import MemoryStore
from adapters.sqlite import SqliteStore, open_store
from adapters.sqlite.matching import match
from application.ports.store import MessageQuery, Store
from domain.errors import Invalid
from domain.messages import Address, Mail
from tests.contract.store.samples import mail

MESSAGES = [
    mail("lease", subject="Lease renewal", body=Mail("Please sign the new lease before Friday.")),
    mail("cafe", subject="Café", sender=Address("José Núñez", "jose@cafe.example"), body=Mail("Straße, naïve")),
    mail("cjk", subject="会议纪要", body=Mail("请确认客户的需求。東京タワーで会いましょう")),
    mail("korean", subject="회의 안내", body=Mail("내일 회의는 열 시입니다")),
    mail("quote", subject="Re: plan", body=Mail("I agree", quoted="> secretword was said")),
]


def found(store: Store, text: str) -> set[str]:
    items = store.messages.list(MessageQuery(text=text)).items
    return {each.message.id.removeprefix("home:") for each in items}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lease", {"lease"}),
        ("LEASE friday", {"lease"}),
        ("lease nowhere", set()),
        ('"new lease"', {"lease"}),
        ('"lease new"', set()),
        ('"new lease', {"lease"}),
        ("fri*", {"lease"}),
        ("t*", {"lease"}),
        ("T* -n*", set()),
        ("i*", {"quote"}),
        ("s* -smith", {"cafe"}),
        ("q*", set()),
        ("fri", set()),
        ('"new lea"*', {"lease"}),
        ("re* -plan", {"lease"}),
        ('re* -"lease renewal"', {"quote"}),
        ("cafe", {"cafe"}),
        ("nunez", {"cafe"}),
        ("jose@cafe.example", {"cafe"}),
        ("owner@example.com -lease", {"cafe", "cjk", "korean", "quote"}),
        ("会议", {"cjk"}),
        ("客户", {"cjk"}),
        ("户客", set()),
        ("需求 纪要", {"cjk"}),
        ("東京", {"cjk"}),
        ("タワー", {"cjk"}),
        ("회의", {"korean"}),
        ("secretword", set()),
        ("AND", set()),
        ("lease OR plan", set()),
        ("subject:lease", set()),
        ("from:jose", {"cafe"}),
        ("FROM:Núñ*", {"cafe"}),
        ('from:"José Núñez" naive', {"cafe"}),
        ("from:owner@example.com", set()),
        ("from:plan", set()),
        ("re* from:z*", set()),
        ("owner@example.com -lease -from:nunez", {"cjk", "korean", "quote"}),
        ("from:", set()),
        ("lease & friday", {"lease"}),
        ("lease) (friday", {"lease"}),
        ("fri* le*", {"lease"}),
        ("lease\x00friday", {"lease"}),
        ("lease \ud800", {"lease"}),
    ],
)
def test_what_is_found(store: Store, text: str, expected: set[str]) -> None:
    store.messages.take(MESSAGES)
    assert found(store, text) == expected


@pytest.mark.parametrize("text", ["!!!", '""', "-lease", "*", "-", '-"new lease"', "x" * 2000, "a " * 50])
def test_a_text_with_nothing_to_look_for_is_refused(store: Store, text: str) -> None:
    with pytest.raises(Invalid, match="text"):
        store.messages.list(MessageQuery(text=text))


def test_a_blank_text_lists_everything(store: Store) -> None:
    store.messages.take(MESSAGES)
    assert len(found(store, "  ")) == len(MESSAGES)


def test_a_message_is_found_as_soon_as_it_is_taken(store: Store) -> None:
    for number in range(40):
        store.messages.take([mail(str(number), body=Mail(f"needle{number}"))])
        assert found(store, f"needle{number}") == {str(number)}


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    store = open_store(tmp_path_factory.mktemp("search") / "alfred.db")
    store.messages.take(MESSAGES)
    yield store
    store.close()


TYPED = st.lists(
    st.one_of(
        st.sampled_from(
            ["lease", "new", "会议", '"', "-", "*", "(", ")", "AND", "NEAR(", "^", ":", "+", "'", "\x00", "é"]
        ),
        st.text(max_size=6),
    ),
    max_size=8,
).map(" ".join)


@given(TYPED)
def test_nothing_typed_is_an_error_of_syntax(on_disk: SqliteStore, text: str) -> None:
    with suppress(Invalid):
        assert len(on_disk.messages.list(MessageQuery(text=text)).items) <= len(MESSAGES)


@given(
    st.lists(
        st.sampled_from(
            ["lease", "friday", "-plan", "re*", "r*", "-s*", "n*", '"new lease"', "会", "议", "jose", "的"]
        ),
        max_size=4,
    )
)
def test_both_stores_find_the_same(on_disk: SqliteStore, terms: list[str]) -> None:
    twin = MemoryStore()
    twin.messages.take(MESSAGES)
    query = MessageQuery(text=" ".join(terms))
    try:
        expected = twin.messages.list(query).items
    except Invalid:
        with pytest.raises(Invalid):
            on_disk.messages.list(query)
        return
    assert on_disk.messages.list(query).items == expected


def test_a_letter_finds_words_whatever_stands_second(store: Store) -> None:
    seconds = [*"abcdefghijklmnopqrstuvwxyz0189", "é", "ж", "ß", ""]
    store.messages.take([mail(f"z{n}", body=Mail(f"z{second}")) for n, second in enumerate(seconds)])
    listed = store.messages.list(MessageQuery(text="z*"), limit=200).items
    assert {each.message.id for each in listed} == {f"home:z{n}" for n in range(len(seconds))}


def test_a_letter_with_very_many_beginnings_finds_all_the_same(store: Store) -> None:
    seconds = (
        [chr(0x430 + n) for n in range(32)] + [chr(0x3B1 + n) for n in range(24)] + [chr(0x5D0 + n) for n in range(22)]
    )
    store.messages.take([mail(f"y{n}", body=Mail(f"y{second}")) for n, second in enumerate(seconds)])
    assert store.messages.count(MessageQuery(text="y*")) == len(seconds)


def test_a_letter_is_looked_up_by_the_two_that_words_begin_with(tmp_path: Path) -> None:
    store = open_store(tmp_path / "alfred.db")
    store.messages.take([mail("z", body=Mail("Zaïre zebra zénith, z"))])
    with store.database.read() as connection:
        assert match(connection, "Z* -q") == '(("z" OR "za"* OR "ze"*)) NOT ("q")'
    store.close()
