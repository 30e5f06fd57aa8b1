"""Section «Money»: a price for paid entry, whole lines of the estimate."""

from collections.abc import Iterator

from events.foundation.text import N_
from events.requests.fields import Content
from events.requests.rules.finding import Around, Finding
from events.requests.vocabulary import PriceType


def price_and_estimate(content: Content, around: Around) -> Iterator[Finding]:
    """A price for paid entry, whole lines of the estimate."""
    if content.price_type is PriceType.PAID and not content.price_rub:
        yield Finding("price_rub", N_("Give the price in roubles."))
    if any(not line.name or line.amount <= 0 for line in content.budget):
        yield Finding("budget", N_("Name each line of the estimate and give its amount."))
