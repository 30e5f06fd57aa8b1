"""How a date stands with its venue."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.foundation.text import N_, Phrase
from events.venues.vocabulary import Tenure


@dataclass(frozen=True, slots=True)
class TenureWords:
    """`word` has %(moment)s where a hold runs out."""

    word: Phrase
    tone: str


_TAKEN = N_("taken by another event")

TENURES: Mapping[Tenure, TenureWords] = {
    Tenure.CONFIRMED: TenureWords(N_("booked"), "good"),
    Tenure.HELD: TenureWords(N_("held until %(moment)s"), "active"),
    Tenure.EXPIRED: TenureWords(N_("the hold has run out"), "warn"),
    Tenure.LOST: TenureWords(_TAKEN, "bad"),
    Tenure.TAKEN: TenureWords(_TAKEN, "bad"),
    Tenure.UNHELD: TenureWords(N_("not held yet: the hold begins with the submission"), "muted"),
    Tenure.SHARED: TenureWords(N_("no booking needed: the place takes several events at once"), "muted"),
}
