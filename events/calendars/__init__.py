"""Publications and the calendars people subscribe to."""
