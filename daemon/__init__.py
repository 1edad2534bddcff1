"""Puts the program together and keeps it running."""
