"""What the owner hears of: the briefing, notices, reminders."""
