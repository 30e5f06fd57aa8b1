"""What was done with a request outside its rounds: a change begun, a date put off, a cancellation and its taking back, the event held."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from events.approvals.models import Round
from events.approvals.vocabulary import RoundState
from events.audit import queries as audit
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.requests import queries as requests
from events.requests.models import EventRequest
from presenters.history.entries import Entry
from presenters.moments import short_day_time
from presenters.tables.actions import ACTIONS, ENDED_BY


def outside_rounds(event_request: EventRequest, rounds: Sequence[Round]) -> tuple[Entry, ...]:
    """Entries of a timeline, oldest first. What a round says of its own end is not said twice."""
    ended = {one.closed_at for one in rounds if one.state is RoundState.WITHDRAWN}
    found = audit.entries_about(("request", event_request.id), tuple(ACTIONS))
    acts = [one for one in found if one.action != Action.WITHDRAWN or one.at not in ended]
    names = people.full_names({one.actor_id for one in acts if one.actor_id is not None}) if acts else {}
    reasons = _reasons(event_request, acts)
    return tuple(_entry(event_request, one, names, reasons.get(one.seq, "")) for one in acts)


def _entry(event_request: EventRequest, act: AuditEntry, names: Mapping[int, str], reason: str) -> Entry:
    """One act, by whom and why."""
    words, done = ACTIONS[Action(act.action)], _done(event_request, act)
    said = N_("%(verb)s: %(said)s", verb=done, said=reason) if reason else done
    return Entry(act.at, said, words.tone, words.glyph, who=names.get(act.actor_id or 0))


def _done(event_request: EventRequest, act: AuditEntry) -> Phrase:
    """What was done: to the event, to one of its dates, or to a change."""
    words = ACTIONS[Action(act.action)]
    if act.data.get("occurrence") and words.of_date is not None:
        starts_at = _starts(event_request).get(act.data["occurrence"])
        return replace(words.of_date, params={"date": short_day_time(starts_at) if starts_at else ""})
    if act.data.get("amendment") and words.of_change is not None:
        return words.of_change
    if act.data.get("forgotten") and words.by_itself is not None:
        return words.by_itself
    return words.sentence


def _starts(event_request: EventRequest) -> dict[str, datetime | None]:
    """When each date was to begin, by its key, as last written."""
    return {one.key: one.starts_at for revision in event_request.revisions for one in revision.occurrences}


def _reasons(event_request: EventRequest, acts: Sequence[AuditEntry]) -> dict[int, str]:
    """Why, by the entry's place: the records hold no text, so only what still stands has its reason."""
    found: dict[int, str] = {}
    fates = requests.fates(event_request.id)
    for act in acts:
        fate = fates.get(act.data.get("occurrence", ""))
        if fate is not None and fate.mark is ACTIONS[Action(act.action)].mark:
            found[act.seq] = fate.reason
    standing = ENDED_BY.get(event_request.status)
    wanted = Action.POSTPONED if event_request.postponing and standing is None else standing
    last = next((one for one in reversed(acts) if one.action == wanted and not one.data.get("occurrence")), None)
    if last is not None and not last.data.get("amendment"):
        found[last.seq] = event_request.end_reason
    return found
