"""Pages of approval: the lists of reviews, and the page on which one decides."""

from views.reviews import decision, listing, page
from views.reviews.blueprint import bp

__all__ = ["bp", "decision", "listing", "page"]
