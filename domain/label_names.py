"""What a label may be called that somebody asks for. What the log holds already is not judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from unicodedata import category

from domain.codec import Json
from domain.errors import CannotBe, Invalid
from domain.hidden import hides_something
from domain.kinds import ChangeLabels, Kind, read_payload
from domain.messages import Label
from domain.policy import refuse_places

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_MEANT: Mapping[str, Label] = {**{label.value: label for label in Label}, "drafts": Label.DRAFT}


def read_asked(kind: Kind, arguments: Mapping[str, Json]) -> object:
    """Return the typed payload of what is asked for; raise `Invalid`, also for labels that nobody could set."""
    payload = folded(read_payload(kind, arguments))
    if isinstance(payload, ChangeLabels):
        _judge(payload)
    return payload


def folded(payload: object) -> object:
    """Return a change of labels with those that mean the same everywhere in Alfred's words; else the payload itself."""
    if not isinstance(payload, ChangeLabels):
        return payload
    return ChangeLabels(_in_our_words(payload.add), _in_our_words(payload.remove))


def _in_our_words(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(_MEANT.get(name.strip().casefold(), name.strip(" "))) for name in names)


def _judge(asked: ChangeLabels) -> None:
    if not (asked.add or asked.remove):
        raise Invalid("name a label to add or to remove", where="arguments")
    for field in fields(asked):
        for name in getattr(asked, field.name):
            _judge_name(name, f"arguments.{field.name}")


def _judge_name(name: str, where: str) -> None:
    if not name:
        raise Invalid("a label needs a name", where=where)
    if hides_something(name) or any(category(each) in _BREAKS for each in name):
        raise Invalid("a label's name holds no line breaks and nothing that is not seen", where=where)
    try:
        refuse_places((name,))
    except CannotBe as error:
        raise Invalid(str(error), where=where) from error
