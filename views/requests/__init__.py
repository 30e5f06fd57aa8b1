"""Pages of requests: the list, a new one, the form, the check before submitting."""

from views.requests import check, form, listing, start
from views.requests.blueprint import bp

__all__ = ["bp", "check", "form", "listing", "start"]
