"""Alfred's ids of what Azure DevOps numbers in each organisation: `account:pr-418`, `account:item-2214`."""

from __future__ import annotations

from domain.errors import NotFound


def pull_id(account: str, number: int) -> str:
    return f"{account}:pr-{number}"


def item_id(account: str, number: int) -> str:
    return f"{account}:item-{number}"


def run_id(account: str, number: int) -> str:
    return f"{account}:run-{number}"


def pull_number(account: str, target: str) -> int | None:
    """Return a pull request's number; None for the id of anything else, a mail's above all: that is a stranger's."""
    digits = target.removeprefix(pull_prefix := f"{account}:pr-")
    is_number = target.startswith(pull_prefix) and digits.isascii() and digits.isdigit()
    return int(digits) if is_number else None


def number_of(id: str) -> int:
    """Return the provider's number; raise `NotFound` for what is no id of ours."""
    digits = id.rpartition("-")[2]
    if not digits.isascii() or not digits.isdigit():
        raise NotFound(f"{id!r} names nothing in Azure DevOps")
    return int(digits)
