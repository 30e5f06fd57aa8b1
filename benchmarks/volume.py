"""A database of any size: a few requests made by the office's own verbs, then copied inside the database, set by set.

Every kind of request has one original per institution, so plans, agreements and words agree with each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import select, text, update

import app as assembler
from benchmarks.copies import DRAFT, FEW, FIRST_COPY, HISTORY, LAST, LEADS, OPEN, UPCOMING, multiply
from events.approvals import operations as approvals
from events.approvals.models import Review
from events.approvals.vocabulary import ReviewState, SlotKind, Verdict
from events.calendars import ical
from events.calendars import operations as calendars
from events.calendars.feed import NOTHING, digest_with
from events.calendars.models import FeedState, Publication
from events.calendars.operations.publication import entry
from events.foundation import clock, work
from events.foundation.db import db
from events.foundation.place import local_day
from events.people.models import Membership, Unit, User
from events.people.vocabulary import Role
from events.reminders import operations as reminders
from events.requests import operations as requests
from events.requests.fields import BudgetLine as Line
from events.requests.models import (
    EventRequest,
    NumberSeries,
)
from events.requests.vocabulary import BudgetSource, Section
from tests.fixtures import demo_rows
from tests.fixtures.databases import settings_for
from tests.fixtures.requests import an_occurrence, whole_content

PASSWORD = demo_rows.PASSWORD


@dataclass(frozen=True)
class Volume:
    """How much there is. What is at work stays the same from volume to volume, as in a district; only history grows.

    `open_reviews`: reviews open in each of four departments; `few_reviews`: those of the accounting department;
    `upcoming`: published events ahead; `last`: requests that wait for the deputy head alone.
    """

    requests: int
    open_reviews: int = 500
    few_reviews: int = 10
    upcoming: int = 1000
    last: int = 0

    @property
    def name(self) -> str:
        """The name of its database."""
        return f"volume_{self.requests}_{self.open_reviews}_{self.few_reviews}_{self.upcoming}_{self.last}"

    def kinds(self) -> Iterator[tuple[str, int]]:
        """How many requests of each kind, the oldest first."""
        drafts = 20
        history = self.requests - self.upcoming - self.open_reviews - self.last - drafts
        if history < 0:
            raise SystemExit(f"--requests: at least {self.requests - history}")
        yield from ((HISTORY, history), (UPCOMING, self.upcoming), (FEW, self.few_reviews))
        yield from ((LAST, self.last), (OPEN, self.open_reviews - self.few_reviews), (DRAFT, drafts))


def fill(url: str, volume: Volume, instance: Path) -> None:
    """Migrate an empty database and fill it to the volume."""
    application = assembler.create_app(settings_for(url, instance))
    with application.app_context():
        flask_migrate.upgrade()
        now = clock.now()
        work.transaction(lambda: demo_rows.load(now), moment=now)
        originals = {(kind, lead): _original(kind, lead, now) for kind in (OPEN, FEW, LAST, UPCOMING, DRAFT) for lead in LEADS}
        multiply(volume.kinds(), originals, now)
        work.transaction(lambda: _publish(now), moment=now)
        work.transaction(lambda: calendars.daily(now), moment=now)
        reminders.tick(now)
        _tidy()
        db.session.remove()
        db.engine.dispose()


# --- Originals ----------------------------------------------------------------------------------------------------------------------------


def _original(kind: str, lead: str, now: datetime) -> int:
    """One request of the kind, made by the office's verbs."""
    changes: dict[str, Any] = {
        "buses": True,
        "prizes": True,
        "pupils": True,
        "escort": "Учителя сопровождают свои классы.",
        "age_from": 14,
        "minors": True,
    }
    if kind == FEW:
        changes["budget"] = (Line("Сувениры", Decimal("6000.00"), BudgetSource.OFF_BUDGET),)
    request_id = work.transaction(lambda: _written(lead, changes, now), moment=now)
    if kind == DRAFT:
        return request_id
    work.transaction(lambda: _submit(request_id, lead), moment=now)
    work.transaction(lambda: _decide_open(request_id), moment=now)
    if kind == LAST:
        work.transaction(lambda: _decide_open(request_id), moment=now)
    while kind == UPCOMING and work.transaction(lambda: _decide_open(request_id), moment=now):
        pass
    return request_id


def _written(lead: str, changes: dict[str, Any], now: datetime) -> int:
    """A whole draft by an author of the institution."""
    author = _holder(lead, Role.AUTHOR)
    unit_id = db.session.scalars(select(Unit.id).where(Unit.key == lead)).one()
    made = requests.create(unit_id, by=author, now=work.now())
    dates = (an_occurrence(now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=60)),)
    content = whole_content(occurrences=dates, responsible_id=author.id, **changes)
    requests.save(made.id, content, sections=list(Section), versions={}, by=author, now=work.now())
    return made.id


def _submit(request_id: int, lead: str) -> None:
    """Handed in by its author."""
    version = db.session.get_one(EventRequest, request_id).version
    approvals.submit(request_id, version=version, confirmed=True, by=_holder(lead, Role.AUTHOR), now=work.now())


def _decide_open(request_id: int) -> int:
    """Every open gate is approved by its unit; how many there were."""
    gates = (Review.request_id == request_id, Review.state == ReviewState.OPEN, Review.kind == SlotKind.GATE)
    found = db.session.scalars(select(Review).where(*gates)).all()
    for one in found:
        person = _holder(db.session.get_one(Unit, one.unit_id).key, Role.HEAD)
        approvals.decide(one.id, verdict=Verdict.APPROVE, version=one.version, revision_no=1, by=person, now=work.now())
    return len(found)


def _holder(unit: str, role: Role) -> User:
    """Somebody in the role; heads of institutions write as well, so the last of the authors is the one who only writes."""
    held = select(User).join(Membership, Membership.user_id == User.id).join(Unit, Unit.id == Membership.unit_id)
    order = User.id if role is Role.HEAD else User.email.desc()
    return db.session.scalars(held.where(Unit.key == unit, Membership.role == role).order_by(order).limit(1)).one()


# --- What follows from the copies ---------------------------------------------------------------------------------------------------------


def _publish(now: datetime) -> None:
    """Every event ahead gets its own calendar entry, its event's feed the digest of it; wide feeds are due for their daily turn."""
    ahead = db.session.scalars(select(Publication).where(Publication.starts_at > now)).all()
    for publication in ahead:
        shown = entry_of(publication)
        publication.vevent, publication.fingerprint = ical.render(shown), ical.visible(shown)
        digest = digest_with(NOTHING, taken=[], put=[publication.vevent])
        db.session.execute(update(FeedState).where(FeedState.key == f"event:{publication.slug}").values(digest=digest))
    wide = FeedState.key.not_like("event:%")
    db.session.execute(update(FeedState).where(wide).values(day=local_day(now) - timedelta(days=1)))
    for unit_id in db.session.scalars(select(Unit.id)).all():
        db.session.merge(NumberSeries(unit_id=unit_id, year=local_day(now).year, last=FIRST_COPY))


def entry_of(publication: Publication) -> ical.Entry:
    """The publication as calendars show it: the product's own reading of the row, so that bytes can be compared."""
    return entry(publication, publication.uid, (), "http://127.0.0.1:8000")


def _tidy() -> None:
    """Statistics, as autovacuum keeps them; SQLite's log is folded in, so that one file holds everything."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
        else:
            connection.connection.execute("pragma wal_checkpoint(truncate)")
