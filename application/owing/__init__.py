"""What somebody owes, and what the owner put off: closed when it came, brought back when it is time."""
