"""Letters: an outbox row turned into words, in the recipient's language."""

from letters.render import renderings

__all__ = ["renderings"]
