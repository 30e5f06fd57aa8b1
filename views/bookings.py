"""How the dates of a request stand with their venues, in the reader's words: on the request's page and where one decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.approvals import planning
from events.approvals.planning import Booked, Clash
from events.foundation.text import N_, Phrase
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import IN_FORCE, RequestStatus
from events.venues.vocabulary import Tenure
from views.presenting import short_day_time, span

LIVE = IN_FORCE | {RequestStatus.IN_REVIEW, RequestStatus.RETURNED}
"""While a request is at work or in force its venues matter."""

_WORDS: dict[Tenure, tuple[Phrase, str]] = {
    Tenure.CONFIRMED: (N_("booked"), "good"),
    Tenure.EXPIRED: (N_("the hold has run out"), "warn"),
    Tenure.LOST: (N_("taken by another event"), "bad"),
    Tenure.TAKEN: (N_("taken by another event"), "bad"),
    Tenure.UNHELD: (N_("not held yet: the hold begins with the submission"), "muted"),
    Tenure.SHARED: (N_("no booking needed: the place takes several events at once"), "muted"),
}


def of(event_request: EventRequest, revision: Revision, now: datetime) -> dict[str, Any]:
    """`venues`: a line for each venue and state; `lost`: dates whose venue others have taken; `run_out`: lines of holds run out."""
    found = planning.booked(event_request, revision.content(), now) if event_request.status in LIVE else ()
    lines = _lines(found)
    return {
        "venues": lines,
        "lost": [_lost(one, one.clash) for one in found if one.clash is not None],
        "run_out": [line for line in lines if line["tenure"] is Tenure.EXPIRED],
    }


def _lines(found: Sequence[Booked]) -> list[dict[str, Any]]:
    """Dates alike in one line: a series of twenty evenings is not told twenty times."""
    lines: dict[Any, dict[str, Any]] = {}
    for one in found:
        word, tone = _word(one)
        line = lines.setdefault(
            (one.venue.id, one.tenure, one.until), {"venue": one.venue.name, "tenure": one.tenure, "word": word, "tone": tone, "dates": []}
        )
        line["dates"].append(one.occurrence.starts_at)
    return list(lines.values())


def _word(one: Booked) -> tuple[Phrase, str]:
    """The state in words and its tone."""
    if one.tenure is Tenure.HELD and one.until is not None:
        return N_("held until %(moment)s", moment=short_day_time(one.until)), "active"
    return _WORDS[one.tenure]


def _lost(one: Booked, clash: Clash) -> dict[str, Any]:
    """A date whose venue others have, with the nearest times at which the event would find it free."""
    starts, ends = one.occurrence.starts_at, one.occurrence.ends_at
    sentence = N_("“%(venue)s”, %(when)s: another event has the venue at this time.", venue=one.venue.name, when=short_day_time(starts))  # type: ignore[arg-type]  # dated have both ends
    if one.tenure is Tenure.LOST:
        sentence = N_("“%(venue)s”, %(when)s: the hold had run out, and another event has taken the venue since.", **sentence.params)
    shifts = [free.start - clash.span.start for free in clash.alternatives]
    return {"sentence": sentence, "free": [span(starts + shift, ends + shift) for shift in shifts]}  # type: ignore[arg-type, operator]  # dated have both ends
