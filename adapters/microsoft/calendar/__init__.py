"""Outlook's calendar: the default one of the account."""
