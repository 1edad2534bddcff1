"""Tells the owner of whoever may come in from now on, so that nobody lets others in behind his back."""

from __future__ import annotations

from domain.notifications import Notice, NoticeKind


def let_in_notice(what: str, id: str) -> Notice:
    """Say `what` opened the house, at any hour; `id` is that of what was made."""
    return Notice(
        kind=NoticeKind.NEEDS_YOU,
        title="The house is open to one more",
        body=f"{what}. Was it not you? Then sign out everything else, under Devices.",
        url="/settings#devices",
        tag=f"let-in-{id}",
        priority=1,
        urgent=True,
    )
