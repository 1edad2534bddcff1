"""Numbers as people say them."""

from __future__ import annotations

_WORDS = (
    "a an one ein eine einer einem einen un une uno una satu se sejam",
    "two zwei deux dos dua couple paar",
    "three drei trois tres tiga",
    "four vier quatre cuatro empat",
    "five fünf cinq cinco lima",
    "six sechs seis enam",
    "seven sieben sept siete tujuh",
    "eight acht huit ocho lapan",
    "nine neun neuf nueve sembilan",
    "ten zehn dix diez sepuluh",
    "eleven elf onze once sebelas",
    "twelve zwölf douze doce",
)
NUMBER = {word: value for value, words in enumerate(_WORDS, start=1) for word in words.split()} | {
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty-five": 45,
}
NUMBER_PATTERN = rf"\d{{1,3}}|{'|'.join(sorted(NUMBER, key=len, reverse=True))}"


def number(said: str) -> int:
    """Return the number that `said` names; it matches `NUMBER_PATTERN`."""
    return int(said) if said.isdigit() else NUMBER[said]
