"""Reading what is public: the programme, an event's page, what one can subscribe to, and every address."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from events.calendars import rules
from events.calendars.feed import KINDS, FeedKind
from events.calendars.models import WAITS, Publication, is_joint_with
from events.calendars.vocabulary import PublicationStatus
from events.district.models import Direction
from events.foundation.db import db
from events.foundation.errors import NotFound
from events.foundation.search import search_form
from events.people.models import Unit

PAGE_SIZE = 30
MAX_SITEMAP = 50_000
"""The most addresses one sitemap may hold (sitemaps.org); one of them is the programme's."""
SITEMAP_REACHES, MOST_GONE = timedelta(days=365), 1000
"""How far back a sitemap names what is over, and at most how many dates of it; older events keep their pages."""

CARD = (
    Publication.id, Publication.slug, Publication.status, Publication.starts_at, Publication.ends_at, Publication.moved_from,
    Publication.postponing, Publication.title, Publication.place, Publication.metro, Publication.age_mark, Publication.price,
    Publication.registration_url, Publication.direction,
)  # fmt: skip
"""What a card of the programme shows."""

VISIBLE = Publication.status != PublicationStatus.WITHDRAWN
_ON = and_(Publication.status == PublicationStatus.CONFIRMED, Publication.postponing.is_(False))


@dataclass(frozen=True)
class Wish:
    """What the programme is asked for. Moments are UTC; whatever ends after `since` and starts before `until` is meant.

    With `over_by` only what had ended by then, the last first.
    """

    since: datetime | None
    until: datetime | None = None
    unit: str | None = None
    direction: str | None = None
    ages: tuple[int, int] | None = None
    free: bool = False
    without_registration: bool = False
    text: str = ""
    over_by: datetime | None = None


@dataclass(frozen=True)
class Programme:
    """One page of events, each by its next date. `following` is the key of the next page, if there is one."""

    events: Sequence[Any]
    total: int
    following: tuple[datetime, int] | None


def programme(wish: Wish, after: tuple[datetime, int] | None = None) -> Programme:
    """Events by their next date that is still on; `running` counts all dates on, `total` all events found. One query.

    What is meant is gathered first: SQLite would walk the whole history in the order of slugs to number an event's dates.
    """
    on = case((_ON, 1), else_=0).label("is_on")
    meant = (
        select(Publication.id, Publication.slug, Publication.starts_at, on).where(*_meant(wish)).cte("meant").prefix_with("MATERIALIZED")
    )
    running = func.sum(meant.c.is_on).over(partition_by=meant.c.slug)
    order = (meant.c.is_on.desc(), *_in_order(wish, meant.c.starts_at, meant.c.id))
    place = func.row_number().over(partition_by=meant.c.slug, order_by=order)
    ranked = select(meant.c.id, place.label("place"), running.label("running")).cte("ranked")
    total = select(func.count()).select_from(ranked).where(ranked.c.place == 1).scalar_subquery()
    page = select(*CARD, ranked.c.running, total.label("total")).join(ranked, ranked.c.id == Publication.id).where(ranked.c.place == 1)
    if after:
        here, there = tuple_(Publication.starts_at, Publication.id), tuple_(*after)
        page = page.where(here < there if wish.over_by else here > there)
    rows = db.session.execute(page.order_by(*_in_order(wish, Publication.starts_at, Publication.id)).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].starts_at, shown[-1].id) if len(rows) > PAGE_SIZE else None
    return Programme(shown, rows[0].total if rows else 0, following)


def count(wish: Wish) -> int:
    """How many events the wish would find."""
    return db.session.scalar(select(func.count(Publication.slug.distinct())).where(*_meant(wish))) or 0


def nearest(wish: Wish) -> datetime | None:
    """When the first event begins that is still on and still to come, whatever `wish.until` says.

    What is to come is gathered first: for a minimum alone both databases would walk the starts of the whole history.
    """
    begins = select(Publication.starts_at).where(*_meant(replace(wish, until=None)), _ON).cte("begins").prefix_with("MATERIALIZED")
    found: datetime | None = db.session.scalar(select(func.min(begins.c.starts_at)))
    return found


def choices(since: datetime) -> Sequence[Row[str, str, str, str, str, str]]:
    """The pairs of unit and direction that have something ahead, with their names."""
    return db.session.execute(
        select(
            Publication.unit_key,
            Publication.unit_name,
            Unit.name_en.label("unit_name_en"),
            Publication.direction,
            Direction.name,
            Direction.name_en,
        )
        .outerjoin(Unit, Unit.key == Publication.unit_key)
        .outerjoin(Direction, Direction.code == Publication.direction)
        .where(Publication.ends_at > since, VISIBLE)
        .distinct()
        .order_by(Publication.unit_name, Publication.direction)
    ).all()


def event(slug: str) -> Sequence[Publication]:
    """Every date of an event, the withdrawn ones too, earliest first. Raises NotFound."""
    dates = db.session.scalars(select(Publication).where(Publication.slug == slug).order_by(Publication.starts_at, Publication.id)).all()
    if not dates:
        raise NotFound
    return dates


def slug_of(request_id: int) -> str | None:
    """Where the public finds the event of a request; None while it is not shown there, or no longer."""
    return db.session.scalar(select(Publication.slug).where(Publication.request_id == request_id, VISIBLE).limit(1))


def calendars(kind: FeedKind) -> Sequence[Row[Any]]:
    """Key, Russian and English name of every feed of the kind that is offered for subscribing."""
    naming, listing = KINDS[kind].naming, KINDS[kind].listing
    if naming is None or listing is None:
        return []
    which = f" WHERE {listing.which}" if listing.which else ""
    columns = f"{naming.key} AS key, {naming.name} AS name, {listing.name_en} AS name_en"
    return db.session.execute(text(f"SELECT {columns} FROM {naming.table}{which} ORDER BY {listing.order}")).all()


def addresses(now: datetime) -> Sequence[Row[str, datetime]]:
    """The address and last change of public events, the newest first, as many as a sitemap takes besides the programme: all to come, those
    that wait for a date, and what took place within a year, as far back as so many dates. So it costs no more with every year."""
    gone = select(Publication.ends_at).where(VISIBLE, Publication.ends_at <= now).order_by(Publication.ends_at.desc())
    oldest = db.session.scalar(gone.offset(MOST_GONE).limit(1))
    since = max(now - SITEMAP_REACHES, oldest) if oldest is not None else now - SITEMAP_REACHES
    listed = select(Publication.slug, func.max(Publication.last_modified).label("changed_at"))
    named = listed.where(VISIBLE, or_(Publication.ends_at > since, WAITS))
    newest = named.group_by(Publication.slug).order_by(func.max(Publication.starts_at).desc(), Publication.slug)
    return db.session.execute(newest.limit(MAX_SITEMAP - 1)).all()


def published_requests() -> Sequence[int]:
    """Every request that has something published, by its id."""
    return db.session.scalars(select(Publication.request_id).distinct().order_by(Publication.request_id)).all()


def out_of_date(base_url: str) -> int:
    """How many calendar entries were made for an earlier form or another address of the installation."""
    made_otherwise = select(func.count()).select_from(Publication).where(Publication.made_for != rules.made_for(base_url))
    return db.session.execute(made_otherwise).scalar_one()


def gathered(kind: FeedKind, key: str) -> ColumnElement[bool]:
    """What a feed of that kind, which gathers by a key, and the programme under the same filter hold."""
    one = KINDS[kind]
    own: ColumnElement[bool] = getattr(Publication, one.column) == key
    return or_(own, is_joint_with(key)) if one.further else own


def _in_order(wish: Wish, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> list[ColumnElement[Any]]:
    """The earliest first; of what is over the last."""
    return [column.desc() if wish.over_by else column.asc() for column in columns]


def _meant(wish: Wish) -> list[ColumnElement[bool]]:
    words = search_form(wish.text).split()
    asked: list[ColumnElement[bool] | None] = [
        Publication.ends_at > wish.since if wish.since else None,
        Publication.ends_at <= wish.over_by if wish.over_by else None,
        VISIBLE,
        Publication.starts_at < wish.until if wish.until else None,
        gathered(FeedKind.UNIT, wish.unit) if wish.unit else None,
        gathered(FeedKind.DIRECTION, wish.direction) if wish.direction else None,
        and_(Publication.age_from <= wish.ages[1], Publication.age_to >= wish.ages[0]) if wish.ages else None,
        Publication.price == "" if wish.free else None,
        Publication.registration_url == "" if wish.without_registration else None,
        *(Publication.search.contains(word, autoescape=True) for word in words),
    ]
    return [condition for condition in asked if condition is not None]
