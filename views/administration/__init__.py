"""The office keeps the system itself: directories, and what else its administrator changes."""

from views.administration import beginning, directories, index, journal, journal_check, loading, people, rules
from views.administration.blueprint import bp

__all__ = ["beginning", "bp", "directories", "index", "journal", "journal_check", "loading", "people", "rules"]
