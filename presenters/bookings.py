"""How the dates of a request stand with their venues, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.foundation.text import N_, Phrase
from events.requests.bookings import Booked, Clash, booked
from events.requests.queries import AnyRequest, OneRevision
from events.requests.vocabulary import LIVE, RequestStatus
from events.venues.vocabulary import Tenure
from presenters.moments import closing_day_time, short_day_time, span
from presenters.tables.tenures import TENURES


@dataclass(frozen=True, slots=True)
class BookingLine:
    """Dates of one venue that stand alike: a series of twenty evenings is not told twenty times."""

    venue: str
    tenure: Tenure
    word: Phrase
    tone: str
    dates: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class LostVenue:
    """A date whose venue others have, with the nearest times at which the event would find it free."""

    sentence: Phrase
    free: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bookings:
    """`run_out`: a sentence for each venue whose hold has run out."""

    venues: tuple[BookingLine, ...]
    lost: tuple[LostVenue, ...]
    run_out: tuple[Phrase, ...]


def bookings(event_request: AnyRequest, revision: OneRevision, now: datetime) -> Bookings:
    """How the dates of the revision stand; nothing where they do not matter any more."""
    found = booked(event_request, revision.content(), now) if event_request.status in LIVE else ()
    lines = _lines(found)
    return Bookings(
        venues=lines,
        lost=tuple(_lost(one, one.clash) for one in found if one.clash is not None),
        run_out=tuple(_run_out(line.venue, event_request.status) for line in lines if line.tenure is Tenure.EXPIRED),
    )


def _lines(found: Sequence[Booked]) -> tuple[BookingLine, ...]:
    alike: dict[tuple[int, Tenure, datetime | None], list[Booked]] = {}
    for one in found:
        alike.setdefault((one.venue.id, one.tenure, one.until), []).append(one)
    return tuple(_line(group) for group in alike.values())


def _line(group: Sequence[Booked]) -> BookingLine:
    """The line of dates that stand alike."""
    first = group[0]
    words = TENURES[first.tenure]
    word = replace(words.word, params={"moment": closing_day_time(first.until)}) if first.until else words.word
    dates = tuple(one.occurrence.starts_at for one in group if one.occurrence.starts_at is not None)
    return BookingLine(first.venue.name, first.tenure, word, words.tone, dates)


def _run_out(venue: str, status: RequestStatus) -> Phrase:
    """What will become of a hold that has run out."""
    if status is RequestStatus.RETURNED:
        return N_("“%(venue)s” is still free. It is held again when the request is submitted.", venue=venue)
    return N_("“%(venue)s” is still free. It is booked with the final approval, unless another event takes it before.", venue=venue)


def _lost(one: Booked, clash: Clash) -> LostVenue:
    """A date whose venue others have."""
    starts, ends = one.occurrence.starts_at, one.occurrence.ends_at
    sentence = N_("“%(venue)s”, %(when)s: another event has the venue at this time.", venue=one.venue.name, when=short_day_time(starts))  # type: ignore[arg-type]  # dated have both ends
    if one.tenure is Tenure.LOST:
        sentence = N_("“%(venue)s”, %(when)s: the hold had run out, and another event has taken the venue since.", **sentence.params)
    shifts = [free.start - clash.span.start for free in clash.alternatives]
    return LostVenue(sentence, tuple(span(starts + shift, ends + shift) for shift in shifts))  # type: ignore[arg-type, operator]  # dated have both ends
