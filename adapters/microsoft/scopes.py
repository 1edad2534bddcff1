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
_WIDER = {READ: {READ, WRITE}, CALENDAR: {CALENDAR, CALENDAR_WRITE}}


def missing(wanted: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """Return those of `wanted` that `granted` does not cover; a wider scope covers a narrower one."""
    held = set(granted)
    return tuple(scope for scope in wanted if not _WIDER.get(scope, {scope}) & held)


def purpose(scopes: Iterable[str]) -> str:
    """Say in words what `scopes` allow."""
    return ", ".join(MEANING.get(scope, scope) for scope in scopes)
