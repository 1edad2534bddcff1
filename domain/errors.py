"""Every error Alfred raises, one class per reaction.

Trouble with the outside world is one of three: *try later*, *sign in again*, *cannot be*. Trouble with what the
owner asked for is `Invalid`, `NotFound`, `Conflict` or `Refused`. Each carries a stable `code` for programs and a
sentence for people.
"""

from __future__ import annotations


class AlfredError(Exception):
    """Something went wrong that Alfred understands; `str(error)` is a sentence for the owner."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class TryLater(AlfredError):
    """The outside was busy or out of reach; the same call may succeed after `retry_after` seconds."""

    code = "try_later"

    def __init__(self, message: str, *, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class SignInAgain(AlfredError):
    """The account's permission is missing, expired or too narrow; the owner has to sign in (with `scopes`)."""

    code = "sign_in_again"

    def __init__(self, message: str, *, account: str, scopes: tuple[str, ...] = (), code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.account = account
        self.scopes = scopes


class CannotBe(AlfredError):
    """The outside refused for good; trying again changes nothing."""

    code = "cannot_be"


class CursorExpired(CannotBe):
    """The provider no longer knows the cursor; a full listing is needed."""

    code = "cursor_expired"


class OutcomeUnknown(AlfredError):
    """The call may or may not have taken effect; only a look at the provider can tell."""

    code = "outcome_unknown"


class Invalid(AlfredError):
    """Bad input. `where` names the place, such as `arguments.to[0]`."""

    code = "invalid"

    def __init__(self, message: str, *, where: str = "", code: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message, code=code)
        self.where = where


class NotFound(AlfredError):
    """There is no such thing."""

    code = "not_found"


class Conflict(AlfredError):
    """The thing is not, or no longer, in a state that allows this; `code` says which, such as `stale_digest`."""

    code = "conflict"


class Refused(AlfredError):
    """Policy forbids this: halted, never automatic, unknown kind, tainted turn."""

    code = "refused"


class CorruptStore(AlfredError):
    """The database file is damaged; it was left untouched."""

    code = "corrupt_store"


class StoreLocked(AlfredError):
    """Another process holds the data folder."""

    code = "store_locked"
