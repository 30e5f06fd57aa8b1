"""Event requests, their revisions, authorship and involvement."""
