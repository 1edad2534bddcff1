"""Outlook's calendars: the usual one of the account, and the others that are the owner's own."""
