"""One table for each closed list of the domain: how every member of it is said and drawn.

A member added to a list needs a row in its table and nothing else; tests/presenters/test_tables.py fails where a row is missing.
Tones are those of the style guide: «active», «good», «warn», «bad», «muted». Glyphs are names of bootstrap-icons.
"""
