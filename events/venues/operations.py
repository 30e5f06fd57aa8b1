"""Verbs of venues: keeping the district's list of places."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from events.audit.operations import record
from events.audit.vocabulary import Action
from events.foundation.acting import Actor
from events.foundation.db import db
from events.venues.models import Venue


def keep_venue(key: str, facts: Mapping[str, Any], *, by: Actor, now: datetime) -> Venue:
    """Add the venue with that key, or bring its `facts` (columns of Venue) up to date; what is the same already is not recorded."""
    venue = db.session.scalar(select(Venue).where(Venue.key == key)) or Venue(key=key)
    changed = [name for name, value in facts.items() if venue.id is None or getattr(venue, name) != value]
    if changed:
        for name in changed:
            setattr(venue, name, facts[name])
        db.session.add(venue)
        db.session.flush()
        record(Action.EDITED, ("venue", venue.id), by=by, now=now, fields=changed)
    return venue
