"""Pages of one request: how it stands, what has happened to it, what two revisions say differently, its approval sheet."""

from views.request_page import answer, history, page, sheet
from views.request_page.blueprint import bp

__all__ = ["answer", "bp", "history", "page", "sheet"]
