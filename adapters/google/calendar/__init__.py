"""Google Calendar: the owner's primary calendar, and those that are ticked in his list of calendars."""
