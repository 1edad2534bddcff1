"""Sealing: what goes in comes out, and nothing can be left out, swapped or cut off."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.backup.sealing import CHUNK, MAGIC, TAG, Opener, Sealer
from domain.errors import CannotBe

CHEAP = 2


def sealed(*pieces: bytes) -> bytes:
    target = io.BytesIO()
    with Sealer(target, "open", CHEAP) as sealer:
        for piece in pieces:
            sealer.write(piece)
    return target.getvalue()


def opened(content: bytes, passphrase: str = "open") -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(content), passphrase)).read()


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(0, 2 * CHUNK + 3))
def test_what_goes_in_comes_out(pieces: list[bytes], more: int) -> None:
    pieces = [*pieces, bytes(more)]
    assert opened(sealed(*pieces)) == b"".join(pieces)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_every_length_at_a_border_comes_out(size: int) -> None:
    assert opened(sealed(b"x" * size)) == b"x" * size


def chunks(content: bytes) -> tuple[bytes, list[bytes]]:
    head = content.index(b"\n", content.index(b"\n") + 1) + 1
    rest = content[head:]
    return content[:head], [rest[at : at + CHUNK + TAG] for at in range(0, len(rest), CHUNK + TAG)]


@pytest.mark.parametrize(
    "order",
    [(0,), (0, 1), (1, 0, 2), (0, 2), (0, 1, 2, 2), (0, 0, 2), ()],
    ids=["first alone", "last left out", "swapped", "middle left out", "one more", "repeated", "none"],
)
def test_chunks_in_any_other_order_are_refused(order: tuple[int, ...]) -> None:
    head, parts = chunks(sealed(b"a" * CHUNK, b"b" * CHUNK, b"c"))
    assert len(parts) == 3
    with pytest.raises(CannotBe):
        opened(head + b"".join(parts[number] for number in order))


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    content = sealed(b"the words of a household")
    place = data.draw(st.integers(len(MAGIC), len(content) - 1))
    changed = content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
    with pytest.raises(CannotBe):
        opened(changed)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(CannotBe, match="passphrase is wrong"):
        opened(sealed(b"x"), "shut")


def test_a_guess_costs_half_a_second_unless_less_was_asked_for() -> None:
    target = io.BytesIO()
    Sealer(target, "open").close()
    assert b'"scrypt": 131072,' in target.getvalue()


def test_a_cost_that_would_eat_all_memory_is_refused() -> None:
    content = sealed(b"x").replace(b'"scrypt": 2,', b'"scrypt": 1099511627776,')
    with pytest.raises(CannotBe, match="beginning is damaged"):
        opened(content)
