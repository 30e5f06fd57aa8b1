"""Dangers that are plain without a tick of «Safety»: a crowd in the open, minors out at night."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from events.district.rules import Rules
from events.foundation.place import local, local_day
from events.foundation.text import N_, Phrase
from events.requests.fields import Content
from events.requests.rules.open_air import Place, in_the_open
from events.requests.rules.people import out_late
from events.requests.vocabulary import ADULT


def evident_dangers(content: Content, venues: Mapping[int, Place], today: Rules, rules_on: Callable[[date], Rules]) -> tuple[Phrase, ...]:
    """What a reviewer must not be told to be without risks. `today`: the rules of today; `rules_on`: those of a day."""
    return () if content.online else (*_crowd(content, venues, today), *_minors_out_late(content, rules_on))


def _crowd(content: Content, venues: Mapping[int, Place], today: Rules) -> Iterator[Phrase]:
    """In the open, from the number on from which a note on safety is asked for."""
    if in_the_open(content, venues) and content.expected and content.expected >= today.safety_note_from_people:
        yield N_("%(n)s person in the open air", "%(n)s people in the open air", n=content.expected)


def _minors_out_late(content: Content, rules_on: Callable[[date], Rules]) -> Iterator[Phrase]:
    """The hour of the first date that lets minors go late."""
    youngest = content.age_from if content.age_from is not None else ADULT
    if youngest >= ADULT:
        return
    late = [one.ends_at for one in content.dated if one.starts_at and out_late(youngest, one, rules_on(local_day(one.starts_at)))]
    if late and late[0] is not None:
        yield N_("minors until %(hour)s", hour=f"{local(late[0]):%H:%M}")
