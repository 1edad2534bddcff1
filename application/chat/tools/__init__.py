"""The tools of the chat, one module per subject; each exports `TOOLS`."""

from application.chat.registry import Tool
from application.chat.tools import (
    actions,
    calendar,
    calendar_changes,
    chats,
    finance,
    mail,
    mail_changes,
    memory,
    rules,
    tasks,
    work,
    work_changes,
)

ALL_TOOLS: tuple[Tool, ...] = (
    *mail.TOOLS,
    *actions.TOOLS,
    *mail_changes.TOOLS,
    *tasks.TOOLS,
    *calendar.TOOLS,
    *calendar_changes.TOOLS,
    *chats.TOOLS,
    *work.TOOLS,
    *work_changes.TOOLS,
    *finance.TOOLS,
    *memory.TOOLS,
    *rules.TOOLS,
)
