"""When a personal access token ends: the vendor does not tell, so it is reckoned from what is known of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from adapters.azure_devops.auth import tried_of
from application.ports.providers import Account, Expiry
from application.ports.secrets import Vault
from domain.errors import Invalid

# The longest that a token may be made for, and the day on which those for all organisations end
# (https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate).
LONGEST = timedelta(days=365)
GLOBAL_END = date(2026, 12, 1)
ONE, ALL = "organisation", "all"


def expiries_of(account: Account, vault: Vault) -> tuple[Expiry, ...]:
    """Return when the token ends: on the day that the owner told, else a year after it was handed over, at the latest.

    A day that is not after the handing over was told of the token before. One for all organisations ends with them.
    """
    told, tried = _told(account), tried_of(account, vault)
    since = tried.since if tried is not None else None
    what, day = "the personal access token", told
    if since is not None and (told is None or told <= since):
        what, day = "the personal access token, at the latest,", since + LONGEST
    if _covers(account) == ALL and (day is None or day > GLOBAL_END):
        what, day = "the personal access token, as all that are for every organisation,", GLOBAL_END
    return () if day is None else (Expiry(what, datetime.combine(day, time(), UTC)),)


def _covers(account: Account) -> str:
    told = account.settings.get("pat_covers") or ONE
    if told not in (ONE, ALL):
        raise Invalid(f"{told!r} is neither {ONE} nor {ALL}", where="azure_devops.pat_covers")
    return told


def _told(account: Account) -> date | None:
    told = account.settings.get("pat_expires", "").strip()
    if not told:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", told):
        raise Invalid(f"{told!r} will not do: a date such as 2026-12-01 is needed", where="azure_devops.pat_expires")
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise Invalid(f"there is no day {told!r}", where="azure_devops.pat_expires") from error
