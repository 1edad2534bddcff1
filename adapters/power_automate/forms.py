"""What a connector hands on, read without minding how its fields are spelt: camelCase, PascalCase, or wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeGuard

import orjson

from domain.errors import Invalid
from domain.messages import Address

_DOTNET = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_AMERICAN = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y")
_MAILBOX = re.compile(r"\s*\"?(?P<name>[^<>]*?)\"?\s*<(?P<address>[^<>]*)>\s*")
_MOST_PEOPLE = 500
_MILLISECONDS = 1e11  # larger numbers are some: so many are reached in 1973, so many seconds in 5138
_AHEAD = timedelta(days=1)


class Form:
    """One JSON object; a field is found by any of its names, whatever their case."""

    def __init__(self, value: Mapping[str, object], where: str = "") -> None:
        self._fields = {_bare(name): each for name, each in value.items()}
        self.where = where

    def first(self, *names: str) -> object:
        """Return the first of these fields that holds something."""
        return next((value for name in names if (value := self._fields.get(_bare(name))) not in (None, "")), None)

    def text(self, *names: str) -> str:
        value = self.first(*names)
        return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""

    def truth(self, *names: str) -> bool | None:
        """Return what is said to be so; flows write it as true, "True" or 1."""
        value = self.first(*names)
        return None if value is None else str(value).strip().lower() in ("true", "1", "yes")

    def form(self, *names: str) -> Form:
        """Return an object within; an empty one where there is none."""
        value = self.first(*names)
        return Form(value if isinstance(value, dict) else {}, self.where)

    def forms(self, *names: str) -> tuple[Form, ...]:
        value = self.first(*names)
        return tuple(Form(each, self.where) for each in value if isinstance(each, dict)) if _is_list(value) else ()

    def people(self, *names: str) -> tuple[Address, ...]:
        return tuple(_people(self.first(*names)))[:_MOST_PEOPLE]


def read_forms(body: bytes) -> tuple[Form, ...]:
    """Return the objects in a post: one, a list, or those wrapped in `value` or `body`; raise `Invalid` for others."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"no JSON: {error}", where="body") from None
    return forms_in(value)


def forms_in(value: object) -> tuple[Form, ...]:
    """Return the objects in an answer or a post."""
    unwrapped = _unwrapped(value)
    found = unwrapped if _is_list(unwrapped) else [unwrapped]
    if not all(isinstance(each, dict) for each in found):
        raise Invalid("an object, or a list of objects, is needed", where="body")
    return tuple(
        Form(each, f"body[{index}]" if len(found) > 1 else "body")
        for index, each in enumerate(found)
        if isinstance(each, dict)
    )


def moment_of(value: object, now: datetime) -> datetime | None:
    """Return a moment in any of the forms that flows write; None for what is none, or lies ahead of `now`."""
    found = _moment(value)
    return found if found is not None and found <= now + _AHEAD else None


def _unwrapped(value: object) -> object:
    while isinstance(value, dict):
        inner = {_bare(name): each for name, each in value.items()}
        if _is_list(inner.get("value")):
            return inner["value"]
        if "body" not in inner or "id" in inner or not isinstance(inner["body"], dict | list):
            return value
        value = inner["body"]
    return value


def _people(value: object) -> Iterator[Address]:
    """Yield those named in text, in an object, or in a list of either."""
    if _is_list(value):
        for each in value:
            yield from _people(each)
    elif isinstance(value, dict):
        form = Form(value)
        inner = form.form("emailAddress") if isinstance(form.first("emailAddress"), dict) else form
        yield _address(inner.text("name", "displayName"), inner.text("address", "emailAddress", "email"))
    elif isinstance(value, str):
        yield from (_person(piece) for piece in _pieces(value) if piece.strip())


def _pieces(text: str) -> list[str]:
    """Split at semicolons, as Outlook does; at commas only where they stand between addresses."""
    if ";" in text:
        return text.split(";")
    return re.split(r"(?<=>)\s*,", text) if "<" in text else text.split(",")


def _person(text: str) -> Address:
    match = _MAILBOX.fullmatch(text)
    return _address(match["name"], match["address"]) if match else _address("", text)


def _address(name: str, address: str) -> Address:
    """Return a person; what is no mail address, such as Exchange's own, is but a name."""
    said = address.strip().lower()
    return Address.told(name, said) if "@" in said else Address.told(name.strip() or address)


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(float(value))
    text = str(value or "").strip()
    dotnet = _DOTNET.fullmatch(text)
    if dotnet:
        return _since_1970(float(dotnet[1]))
    return next((found for found in (_iso(text), _american(text), _rfc_1123(text)) if found is not None), None)


def _since_1970(number: float) -> datetime | None:
    """Read milliseconds, or seconds where they are too few for milliseconds."""
    try:
        return datetime.fromtimestamp(number / 1000 if abs(number) > _MILLISECONDS else number, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return _utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def _american(text: str) -> datetime | None:
    for form in _AMERICAN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _rfc_1123(text: str) -> datetime | None:
    try:
        return _utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _utc(moment: datetime) -> datetime:
    """Return it in UTC, which is what a connector means where it names no zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
