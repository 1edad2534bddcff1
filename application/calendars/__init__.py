"""Calendars: what is read from them, how they are asked, where they clash, and what invitations ask for."""
