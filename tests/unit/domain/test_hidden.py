"""Characters that nobody sees are pointed out in all that goes out, and ordinary writing is let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hidden import hidden_in, hides_something, without_hidden
from domain.kinds import NewRemark, OutgoingMail
from domain.messages import Address

HIDDEN = [
    "Thanks\U000e0063\U000e006f",
    "pay\u202egpj",
    "a\u200bb",
    "a\ufe0fb",
    "a\u3164b",
    "a\u2800b",
    "a\u206ab",
    "\ufff9a",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_nobody_sees_is_found(text: str) -> None:
    assert hides_something(text)
    assert hidden_in(OutgoingMail(("ann@firm.example",), subject=text)) == (
        "the subject holds invisible or direction-changing characters",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Grüße — 你好",
        "שלום",
        "مرحبا",
        "👍🏽 ❤️ 👩\u200d👩\u200d👧",
        "zł\u00a01,00\tç\n",
        "1\ufe0f\u20e3 ‼\ufe0f ℹ\ufe0f ↔\ufe0f 〰\ufe0f",
        "🏴\U000e0067\U000e0062\U000e007f",
        "می\u200cخواهم क्\u200dष",
        "Café",
    ],
)
def test_ordinary_writing_hides_nothing(text: str) -> None:
    assert not hides_something(text)
    assert without_hidden(text) == text


@given(st.text(alphabet=st.characters(categories=("L", "N", "P")), max_size=30), st.sampled_from(HIDDEN))
def test_it_is_found_wherever_it_stands(around: str, hidden: str) -> None:
    assert hides_something(around + hidden + around)


@given(st.text(max_size=30), st.sampled_from(HIDDEN))
def test_what_is_left_without_it_hides_nothing(text: str, hidden: str) -> None:
    assert not hides_something(without_hidden(text + hidden + text))


def test_a_person_is_told_of_without_what_nobody_sees() -> None:
    person = Address.told(" Ann\u202e\x1b[2J \n Lee\u200b ", "Ann\u200b@Firm.example")
    assert person == Address("Ann [2J Lee", "ann@firm.example")
    assert Address.told("می\u200cخواهم").name == "می\u200cخواهم"


def test_a_person_without_an_address_is_called_by_name_alone() -> None:
    names = ("Priya Raman", "Boss <boss@acme.example>", HIDDEN[2], "")
    assert [str(Address(each, "")) for each in names] == ["Priya Raman", '"Boss <boss@acme.example>"', "", ""]


def test_a_remark_is_looked_at_as_a_letter_is() -> None:
    assert hidden_in(NewRemark(text=HIDDEN[0])) == ("the text holds invisible or direction-changing characters",)
