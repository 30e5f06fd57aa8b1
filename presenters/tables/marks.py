"""What has happened to one date of a request after its approval."""

from collections.abc import Mapping

from events.foundation.text import N_, Phrase
from events.requests.vocabulary import OccurrenceMark

MARKS: Mapping[OccurrenceMark, Phrase] = {
    OccurrenceMark.CANCELLED: N_("%(date)s is cancelled: %(reason)s"),
    OccurrenceMark.POSTPONED: N_("%(date)s is put off: %(reason)s"),
}
