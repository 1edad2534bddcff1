"""What could be done about it: from rules to proposals."""
