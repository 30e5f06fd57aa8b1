"""What a day of the production calendar is."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.foundation.text import N_, Phrase
from events.worktime.vocabulary import DayKind


@dataclass(frozen=True, slots=True)
class DayWords:
    """The kind in words, with its tone and glyph."""

    word: Phrase
    tone: str
    glyph: str


DAYS: Mapping[DayKind, DayWords] = {
    DayKind.WORKING: DayWords(N_("Working day"), "active", "briefcase"),
    DayKind.OFF: DayWords(N_("Day off"), "muted", "cup-hot"),
    DayKind.HOLIDAY: DayWords(N_("Public holiday"), "good", "flag"),
}
SHORTENED = DayWords(N_("Shortened by an hour"), "warn", "clock")
