"""State setters of feeds: a version rises only when the bytes a feed is made of differ. Called by the operations only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from events.calendars import feed
from events.calendars.feed import Feed, FeedKind, Window
from events.calendars.models import WAITS, FeedState, Publication
from events.calendars.vocabulary import PublicationStatus
from events.district import queries as district
from events.foundation.db import db, inserting_new
from events.foundation.place import local_day


@dataclass(frozen=True)
class Shown:
    """What feeds held of a publication at one moment."""

    feeds: tuple[Feed, ...]
    status: PublicationStatus
    postponing: bool
    starts_at: datetime
    ends_at: datetime
    vevent: bytes | None


@dataclass(frozen=True)
class Change:
    """A publication before and after; `before` None when it is new."""

    before: Shown | None
    after: Shown


def shown(publication: Publication) -> Shown:
    """What feeds hold of the row now."""
    held = {name: getattr(publication, name) for name in feed.SHOWN_BY}
    return Shown(feed.gathering(publication), **held, vevent=publication.vevent)


def raise_feeds(changes: list[Change], now: datetime) -> None:
    """Give a new version to each feed whose stored bytes differ. States are locked in the order of their keys, that of the feed of
    everything first, which every change concerns: others wait there before they begin a feed that has no state yet."""
    keys = sorted({str(each) for change in changes for one in (change.before, change.after) if one for each in one.feeds})
    raised = []
    for state in _states(keys, now):
        window = Window(state.day, state.past_days, state.ahead_days, state.cancelled_days)
        taken = _bytes_in(state.key, window, (change.before for change in changes))
        put = _bytes_in(state.key, window, (change.after for change in changes))
        digest = feed.digest_with(state.digest, taken=taken, put=put)
        if digest != state.digest:
            settled = {"digest": digest, "version": state.version + 1, "changed_at": later(state.changed_at, now)}
            raised.append({"of_key": state.key, **settled})
    if raised:
        db.session.connection().execute(_RAISE, raised)


def turn_day(now: datetime) -> int:
    """Move the window of the wide feeds to today and bury what is past showing; returns how many feeds changed."""
    today = local_day(now)
    wide = (FeedState.key.not_like(f"{kind}:%") for kind in feed.OWN)
    states = db.session.scalars(select(FeedState).where(*wide, FeedState.day < today).order_by(FeedState.key).with_for_update()).all()
    if not states:
        return 0
    window = _window(today)
    entries = _entries_by_key(window)
    raised = 0
    for state in states:
        state.turn(window)
        raised += _settle(state, feed.digest_with(feed.NOTHING, taken=[], put=entries[state.key]), now)
    return raised + _bury_withdrawn(window, now)


def later(before: datetime, now: datetime) -> datetime:
    """The moment of a change that follows one at `before` (UTC, whole seconds): now, and always later than that.

    Two changes may fall into one second, and a transaction begun earlier may commit later; clients that send no tag know a body by
    this moment only (calendar.md 12).
    """
    return max(before + timedelta(seconds=1), now.astimezone(UTC).replace(microsecond=0))


def _window(day: date) -> Window:
    """What feeds show by the rules of the day."""
    known = district.rules(day)
    return Window(day, known.feed_past_days, known.feed_ahead_days, known.feed_cancelled_days)


def _bytes_in(key: str, window: Window, several: Iterable[Shown | None]) -> list[bytes]:
    """The entries of these that the feed shows on its day."""
    held = Feed.parse(key)
    return [one.vevent for one in several if one and one.vevent and held in one.feeds if held.shows(window, one)]


def _settle(state: FeedState, digest: str, now: datetime) -> bool:
    """A new version when the digest differs; returns whether it did."""
    if digest == state.digest:
        return False
    state.digest = digest
    state.version += 1
    state.changed_at = later(state.changed_at, now)
    return True


_STATE = tuple(FeedState.__table__.columns)
_LOCKING = select(*_STATE).where(FeedState.key.in_(bindparam("keys", expanding=True))).order_by(FeedState.key).with_for_update()
_RAISE = (
    update(FeedState)
    .where(FeedState.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("digest", "version", "changed_at")})
)


def _states(keys: list[str], now: datetime) -> list[Any]:
    """The states of these feeds, locked."""
    connection = db.session.connection()
    known = list(connection.execute(_LOCKING, {"keys": keys}))
    new = set(keys) - {one.key for one in known}
    if new:
        begun = _begin_feeds(sorted(new), now)
        rest = sorted(new - {one.key for one in begun})
        known += [*begun, *(connection.execute(_LOCKING, {"keys": rest}) if rest else ())]
    return known


def _begin_feeds(keys: list[str], now: datetime) -> Sequence[Any]:
    """States for those of the feeds that still have none; two transactions that begin the same feed wait for each other here.

    They begin a second ago, so that their first entries are of this second.
    """
    moment = now.astimezone(UTC).replace(microsecond=0) - timedelta(seconds=1)
    first = {"version": 0, **asdict(_window(local_day(now))), "digest": feed.NOTHING, "changed_at": moment}
    connection = db.session.connection()
    return connection.execute(_beginning(connection.dialect.name), [{"key": key, **first} for key in keys]).all()


@lru_cache
def _beginning(dialect: str) -> Any:
    """Put together once, in the dialect's own INSERT."""
    return inserting_new(FeedState, "key").returning(*_STATE)


def _entries_by_key(shows: Window) -> Mapping[str, list[bytes]]:
    """What each wide feed shows today, in one pass over the window."""
    first, end = feed.bounds(shows)
    columns = (getattr(Publication, name) for name in (*feed.COLUMNS, *feed.SHOWN_BY))
    window = (Publication.starts_at < end, or_(Publication.starts_at >= first, WAITS), Publication.vevent.is_not(None))
    entries: dict[str, list[bytes]] = defaultdict(list)
    for row in db.session.execute(select(*columns, Publication.vevent).where(*window).execution_options(yield_per=500)):
        for each in feed.gathering(row):
            if each.shows(shows, row):
                entries[str(each)].append(row.vevent)
    return entries


def _bury_withdrawn(window: Window, now: datetime) -> int:
    """Events' own feeds drop a withdrawn date once its time is over, however late it was withdrawn; returns how many feeds changed.

    A feed whose day already stands beyond all such dates has let them go.
    """
    last = {str(each): ends_at for kind, column in feed.OWN.items() for each, ends_at in _last_withdrawn(kind, column, window)}
    states = db.session.scalars(select(FeedState).where(FeedState.key.in_(last)).order_by(FeedState.key).with_for_update())
    return sum(_bury(state, window, now) for state in states if feed.tombstones_from(state.window) < last[state.key])


def _last_withdrawn(kind: FeedKind, column: str, window: Window) -> Iterator[tuple[Feed, datetime]]:
    """The end of the last withdrawn date that is past showing, by feed of the kind."""
    gathers: InstrumentedAttribute[str] = getattr(Publication, column)
    past = (Publication.status == PublicationStatus.WITHDRAWN, Publication.ends_at <= feed.tombstones_from(window))
    for key, ends_at in db.session.execute(select(gathers, func.max(Publication.ends_at)).where(*past).group_by(gathers)):
        yield Feed(kind, key), ends_at


def _bury(state: FeedState, window: Window, now: datetime) -> bool:
    """One event's feed as of today."""
    state.turn(window)
    own = Feed.parse(state.key)
    rows = db.session.scalars(select(Publication).where(getattr(Publication, own.gathering.column) == own.key)).all()
    return _settle(state, feed.digest_with(feed.NOTHING, taken=[], put=_bytes_in(state.key, state.window, map(shown, rows))), now)
