"""An expression is compiled when it is first used, and is then what `re` would have made."""

import re

import pytest

from domain.expressions import expression


def test_a_broken_one_is_noticed_where_it_is_used_and_not_before() -> None:
    broken = expression("(")
    with pytest.raises(re.error):
        broken.search("any text")


def test_it_finds_what_the_compiled_one_finds() -> None:
    words = expression(r"(?P<first>\w)\w*", re.IGNORECASE)
    assert (words.sub("-", "Ab cd"), words.findall("Ab cd")) == ("- -", ["A", "c"])
    assert [found["first"] for found in words.finditer("Ab cd")] == ["A", "c"]
    assert (words.fullmatch("Ab cd"), words.flags & re.IGNORECASE) == (None, re.IGNORECASE)
