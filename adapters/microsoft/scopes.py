"""What Alfred asks of Microsoft, least first (https://learn.microsoft.com/graph/permissions-reference)."""

from __future__ import annotations

from collections.abc import Iterable

WHO = "User.Read"
READ = "Mail.Read"
WRITE = "Mail.ReadWrite"
SEND = "Mail.Send"
CHATS = "Chat.Read"
TEAMS = "Team.ReadBasic.All"
CHANNELS = "Channel.ReadBasic.All"
POSTS = "ChannelMessage.Read.All"
CALENDAR = "Calendars.Read"
CALENDAR_WRITE = "Calendars.ReadWrite"
# Azure DevOps is a resource of its own; this is all of it that can be asked for on somebody's behalf.
DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798/user_impersonation"

BASE = (WHO, READ)
ALL_OF_TEAMS = (CHATS, TEAMS, CHANNELS, POSTS)
# Microsoft gives these to nobody before an administrator has agreed, whatever the organization's own rules.
ADMINISTRATORS = (POSTS,)
MEANING = {
    WHO: "see who you are",
    READ: "read your mail",
    WRITE: "move and mark mail and write drafts",
    SEND: "send mail",
    CHATS: "read your chats in Teams",
    TEAMS: "see which teams you are in",
    CHANNELS: "see their channels",
    POSTS: "read what is written in channels",
    CALENDAR: "read your calendar",
    CALENDAR_WRITE: "change your calendar",
    DEVOPS: "read your work in Azure DevOps, and do there what you approve",
}
# What is asked for to do the same in a mailbox that others share; it covers nothing of one's own.
_SHARED = {READ: f"{READ}.Shared", WRITE: f"{WRITE}.Shared", SEND: f"{SEND}.Shared"}
MEANING |= {
    _SHARED[READ]: "read mail in mailboxes that are shared with you",
    _SHARED[WRITE]: "move and mark mail and write drafts in shared mailboxes",
    _SHARED[SEND]: "send mail from shared mailboxes",
}
_WIDER = {READ: {READ, WRITE}, CALENDAR: {CALENDAR, CALENDAR_WRITE}}


def in_shared(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return what `scopes` are called for a shared mailbox; there is nothing there but mail."""
    return tuple(_SHARED.get(scope, scope) for scope in scopes if scope == WHO or scope in _SHARED)


def of_shared(granted: Iterable[str]) -> frozenset[str]:
    """Return what `granted` allows in a shared mailbox, by the names that it has in one's own."""
    held = frozenset(granted)
    return frozenset(scope for scope, wide in _SHARED.items() if wide in held)


def missing(wanted: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """Return those of `wanted` that `granted` does not cover; a wider scope covers a narrower one."""
    held = set(granted)
    return tuple(scope for scope in wanted if not _WIDER.get(scope, {scope}) & held)


def purpose(scopes: Iterable[str]) -> str:
    """Say in words what `scopes` allow."""
    return ", ".join(MEANING.get(scope, scope) for scope in scopes)
