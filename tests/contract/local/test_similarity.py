"""Likeness of short texts by their letters."""

from __future__ import annotations

from adapters.local.similarity import DIMENSIONS, embed, likeness


def test_like_texts_are_nearer_than_unlike_ones() -> None:
    asked, near, far = embed(["Budget meeting", "meeting about the budgets", "Grandma's apple cake"])
    assert likeness(asked, near) > 0.5 > 0.2 > likeness(asked, far)


def test_a_vector_has_unit_length_and_the_same_figures_every_time() -> None:
    first, second = embed(["Straße 12"]), embed(["Straße 12"])
    assert first == second
    assert len(first[0]) == DIMENSIONS
    assert abs(likeness(first[0], first[0]) - 1.0) < 1e-5


def test_no_letters_give_a_vector_of_nothing() -> None:
    assert likeness(*embed(["", "anything"])) == 0.0
