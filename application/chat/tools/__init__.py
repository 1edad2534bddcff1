"""The tools of the chat, one module per subject; each exports `TOOLS`."""

from application.chat.registry import Tool
from application.chat.tools import actions, mail, memory, rules, tasks

ALL_TOOLS: tuple[Tool, ...] = (*mail.TOOLS, *actions.TOOLS, *tasks.TOOLS, *memory.TOOLS, *rules.TOOLS)
