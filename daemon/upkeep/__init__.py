"""What keeps a household in order for years: each does nothing until it is time, however often it is asked."""
