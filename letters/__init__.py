"""Letters: an outbox row turned into words, in the recipient's language, as its channel says them."""

from letters.render import renderings

__all__ = ["renderings"]
