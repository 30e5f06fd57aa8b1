"""What stands beside the state of a request: a change under way, a new date being looked for."""

from dataclasses import dataclass
from datetime import datetime

from events.foundation.text import N_, Phrase
from events.requests import queries as requests
from events.requests.queries import AnyRequest, ListedRequest
from events.requests.vocabulary import IN_FORCE, RevisionState
from presenters.moments import closing_day


@dataclass(frozen=True, slots=True)
class RequestFlag:
    """A badge; `public` is what the public reads of it, in the words of whoever gave the reason, empty where it reads nothing."""

    word: Phrase
    tone: str
    glyph: str
    title: Phrase | None = None
    public: str = ""


def being_moved(event_request: AnyRequest | ListedRequest) -> tuple[RequestFlag, ...]:
    """Whether the event waits for its new date, as a row of a list says it."""
    if not event_request.postponing:
        return ()
    title = N_("The public sees: is being postponed")
    return (RequestFlag(N_("is being postponed"), "warn", "calendar-event", title, event_request.end_reason),)


def waits_for_a_date(listed: ListedRequest) -> tuple[RequestFlag, ...]:
    """Whether nothing is left of an event of a list to be held before it has a new date, though it is not moved as a whole."""
    if listed.status not in IN_FORCE or listed.postponing or listed.shown_start is not None:
        return ()
    return (RequestFlag(N_("put off, no date yet"), "warn", "calendar-event"),)


def too_late(last: datetime, first: datetime | None, now: datetime) -> RequestFlag:
    """That a draft's last day to submit has passed, or its date itself."""
    if first is not None and first <= now:
        return RequestFlag(N_("its date has passed"), "bad", "calendar-x")
    return RequestFlag(N_("submission was due by %(day)s", day=closing_day(last)), "bad", "calendar-x")


def request_flags(event_request: AnyRequest) -> tuple[RequestFlag, ...]:
    """Everything, as the request's page says it. Its revisions are read."""
    change = requests.amendment(event_request)
    if change is None:
        return being_moved(event_request)
    word = N_("change in review") if change.state is RevisionState.IN_REVIEW else N_("change being written")
    return (RequestFlag(word, "warn", "pencil-square"), *being_moved(event_request))
