"""Verbs of venues: keeping the district's list of places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db
from events.foundation.place import local_day
from events.venues.hours import Closure
from events.venues.models import Venue


def keep_venue(key: str, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> Venue:
    """Add the venue with that key, or bring its `facts` (columns of Venue) up to date; what is the same already is not recorded, and
    closures that are over stay."""
    venue = db.session.scalar(select(Venue).where(Venue.key == key)) or Venue(key=key)
    if "closures" in facts and venue.id is not None:
        over = {one for one in venue.closed if one.last < local_day(now)}
        closures = sorted({*over, *(Closure.from_plain(one) for one in facts["closures"])})
        facts = {**facts, "closures": [one.to_plain() for one in closures]}
    changed = [name for name, value in facts.items() if venue.id is None or getattr(venue, name) != value]
    if changed:
        for name in changed:
            setattr(venue, name, facts[name])
        db.session.add(venue)
        db.session.flush()
        record(Action.EDITED, ("venue", venue.id), by=by, now=now, fields=changed)
    return venue
