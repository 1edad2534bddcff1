"""What the owner hears of: the briefing, notices, what expires."""
