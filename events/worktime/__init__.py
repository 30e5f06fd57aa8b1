"""Production calendar, office hours and deadlines in working time."""
