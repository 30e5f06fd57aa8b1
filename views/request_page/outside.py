"""What was done with a request outside its rounds: a change begun, a date put off, a cancellation and its taking back, the event held."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from events.approvals.models import Round
from events.approvals.vocabulary import RoundState
from events.audit import queries as audit
from events.audit.models import AuditEntry
from events.foundation.text import N_, Phrase
from events.people import queries as people
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import RequestStatus
from views.presenting import short_day_time

_WHOLE: Mapping[str, tuple[Phrase, str, str]] = {
    "amending": (N_("A change of what was approved was begun"), "muted", "pencil-square"),
    "postponed": (N_("The event is being postponed"), "warn", "calendar-event"),
    "cancelled": (N_("The event was cancelled"), "bad", "slash-circle"),
    "restored": (N_("The cancellation was taken back: the event will be held"), "good", "arrow-counterclockwise"),
    "withdrawn": (N_("The request was withdrawn"), "muted", "arrow-counterclockwise"),
    "held": (N_("The event was held"), "good", "check-all"),
}
"""What was done, its tone and its sign, by the action recorded."""
_ONE_DATE: Mapping[str, Phrase] = {
    "postponed": N_("The date %(date)s was put off"),
    "cancelled": N_("The date %(date)s was cancelled"),
}


def outside_rounds(event_request: EventRequest, rounds: Sequence[Round]) -> list[dict[str, Any]]:
    """Entries of a timeline, oldest first. What a round says of its own end is not said twice."""
    ended = {one.closed_at for one in rounds if one.state is RoundState.WITHDRAWN}
    found = audit.entries_about(("request", event_request.id), tuple(_WHOLE))
    acts = [one for one in found if one.action != "withdrawn" or one.at not in ended]
    names = people.full_names({one.actor_id for one in acts if one.actor_id is not None}) if acts else {}
    reasons = _reasons(event_request, acts)
    return [_entry(event_request, one, names, reasons.get(one.seq, "")) for one in acts]


def _entry(event_request: EventRequest, act: AuditEntry, names: Mapping[int, str], reason: str) -> dict[str, Any]:
    """One act, by whom and why."""
    _, tone, glyph = _WHOLE[act.action]
    verb = _verb(event_request, act)
    return {
        "at": act.at,
        "unit": None,
        "who": names.get(act.actor_id or 0),
        "act": N_("%(verb)s: %(said)s", verb=verb, said=reason) if reason else verb,
        "tone": tone,
        "glyph": glyph,
    }


def _verb(event_request: EventRequest, act: AuditEntry) -> Phrase:
    """What was done: to the event, to one of its dates, or to a change."""
    if act.data.get("occurrence"):
        starts_at = _starts(event_request).get(act.data["occurrence"])
        return replace(_ONE_DATE[act.action], params={"date": short_day_time(starts_at) if starts_at else ""})
    if act.data.get("amendment"):
        return N_("The change was withdrawn")
    if act.data.get("forgotten"):
        return N_("The request was withdrawn by the system: its date had passed long ago")
    return _WHOLE[act.action][0]


def _starts(event_request: EventRequest) -> dict[str, datetime | None]:
    """When each date was to begin, by its key, as last written."""
    return {one.key: one.starts_at for revision in event_request.revisions for one in revision.occurrences}


def _reasons(event_request: EventRequest, acts: Sequence[AuditEntry]) -> dict[int, str]:
    """Why, by the entry's place: the records hold no text, so only what still stands has its reason."""
    found: dict[int, str] = {}
    fates = requests.fates(event_request.id)
    for act in acts:
        fate = fates.get(act.data.get("occurrence", ""))
        if fate is not None and fate.mark.value == act.action:
            found[act.seq] = fate.reason
    standing = {RequestStatus.CANCELLED: "cancelled", RequestStatus.WITHDRAWN: "withdrawn"}.get(event_request.status)
    wanted = "postponed" if event_request.postponing and standing is None else standing
    last = next((one for one in reversed(acts) if one.action == wanted and not one.data.get("occurrence")), None)
    if last is not None and not last.data.get("amendment"):
        found[last.seq] = event_request.end_reason
    return found
