"""Pages of one request: how it stands, what can be done with it, what has happened to it, what two revisions say, its approval sheet."""

from views.request_page import acts, answer, history, page, sheet
from views.request_page.blueprint import bp

__all__ = ["acts", "answer", "bp", "history", "page", "sheet"]
