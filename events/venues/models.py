"""Venues and bookings. That a venue never has more active bookings at once than it takes is held by the database (I10)."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation.db import Guard, Model, closed_set
from events.foundation.standing import renewed_by
from events.people.models import Unit
from events.venues.hours import Closure, Opening
from events.venues.vocabulary import SAID_OF, Access, BookingState, VenueKind

HELD = "state = 'held'"
COUNTED = "at_once IS NOT NULL"
ACTIVE_EXCLUSIVE = "exclusive AND state IN ('held', 'confirmed')"
ACTIVE_COUNTED = "at_once IS NOT NULL AND state IN ('held', 'confirmed')"
LONGEST_BUFFER = 1440
"""Minutes."""


class Venue(Model):
    """A place of the district with its owner and its facts."""

    __tablename__ = "venue"
    __table_args__ = (
        CheckConstraint("at_once IS NULL OR (at_once >= 2 AND NOT exclusive)", name="at_once"),
        CheckConstraint(f"buffer_before BETWEEN 0 AND {LONGEST_BUFFER}", name="buffer_before"),
        CheckConstraint(f"buffer_after BETWEEN 0 AND {LONGEST_BUFFER}", name="buffer_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    metro: Mapped[str | None] = mapped_column(String(60))
    capacity: Mapped[int]
    kind: Mapped[VenueKind] = mapped_column(closed_set(VenueKind, "venue_kind"))
    accessibility: Mapped[list[str]] = mapped_column(JSON)
    """Values of `Access`."""
    accessibility_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What else is told the public of it."""
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    exclusive: Mapped[bool] = mapped_column(default=True)
    """False for places with parallel events: parks, the net (cases.md 32)."""
    at_once: Mapped[int | None]
    """How many events a place of parallel events takes at once; None: as many as come."""
    buffer_before: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Minutes that are kept free before each event, set-up included in the event."""
    buffer_after: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    opening_hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """In the form of `OfficeHours.to_plain`; None: nothing is said of them."""
    closures: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list, server_default="[]")
    """In the form of `Closure.to_plain`, the earliest first; those that are over stay."""
    safety_passport_until: Mapped[date | None]
    """The last day on which the safety passport holds (ПП РФ № 272); None: there is none, or none is needed."""
    city_square: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    owner: Mapped[Unit] = relationship()

    @property
    def is_on_the_net(self) -> bool:
        """Whether nobody can come to it."""
        return self.kind is VenueKind.ONLINE

    @property
    def is_outdoor(self) -> bool:
        """Whether it lies in the open air."""
        return self.kind is VenueKind.OUTDOOR

    @property
    def opening(self) -> Opening | None:
        """Its opening hours."""
        return Opening.from_plain(self.opening_hours) if self.opening_hours else None

    @property
    def closed(self) -> tuple[Closure, ...]:
        """Its closures."""
        return tuple(Closure.from_plain(one) for one in self.closures)

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """What is kept free before and after each event."""
        return timedelta(minutes=self.buffer_before), timedelta(minutes=self.buffer_after)

    @property
    def ways_in(self) -> str:
        """Its accessibility as the public reads it, parted by commas."""
        return ways_in(self.accessibility, self.accessibility_note)


def ways_in(accessibility: list[str], note: str) -> str:
    """What a venue's columns say of its accessibility, as the public reads it."""
    return ", ".join([*(SAID_OF[Access(one)] for one in accessibility), *([note] if note else [])])


class Booking(Model):
    """A venue taken for one occurrence of a request, set-up, teardown and the venue's buffers included; half-open [starts_at, ends_at)."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        CheckConstraint("state = 'held' OR expires_at IS NULL", name="only_holds_expire"),
        CheckConstraint("at_once IS NULL OR (at_once >= 2 AND NOT exclusive)", name="at_once"),
        Index("ix_booking_request_id", "request_id"),
        Index("ix_booking_venue_id_starts_at_ends_at", "venue_id", "starts_at", "ends_at"),
        Index("ix_booking_counted", "venue_id", "starts_at", "ends_at", sqlite_where=text(COUNTED), postgresql_where=text(COUNTED)),
        Index("ix_booking_held", "request_id", "expires_at", sqlite_where=text(HELD), postgresql_where=text(HELD)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[BookingState] = mapped_column(closed_set(BookingState, "booking_state"))
    exclusive: Mapped[bool]
    """The venue's own mark at the time of booking."""
    at_once: Mapped[int | None]
    """Likewise."""
    request_id: Mapped[int]
    occurrence_key: Mapped[str] = mapped_column(String(36))
    expires_at: Mapped[datetime | None]
    venue: Mapped[Venue] = relationship()


def _overlap_trigger(name: str, action: str, itself: str) -> str:
    """SQLite's twin of the exclusion constraint."""
    return (
        f"CREATE TRIGGER {name} BEFORE {action} ON booking FOR EACH ROW "
        "WHEN (NEW.exclusive AND NEW.state IN ('held', 'confirmed')) BEGIN "
        "SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE EXISTS (SELECT 1 FROM booking AS other "
        f"WHERE other.venue_id = NEW.venue_id AND other.exclusive AND other.state IN ('held', 'confirmed'){itself} "
        "AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at); END"
    )


def _overfull(itself: str) -> str:
    """Whether NEW would be one more than the venue takes at once. Others are counted at each moment at which one of them begins within it;
    an exclusive booking finds exclusive ones by the constraint above, and here those of a time when the venue took several."""
    overlapping = f"other.venue_id = NEW.venue_id{itself} AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at"
    counted = "(other.at_once IS NOT NULL OR other.exclusive) AND other.state IN ('held', 'confirmed')"
    return (
        f"(NEW.exclusive AND EXISTS (SELECT 1 FROM booking AS other WHERE {overlapping} AND other.at_once IS NOT NULL "
        "AND other.state IN ('held', 'confirmed'))) "
        "OR (NEW.at_once IS NOT NULL AND EXISTS (SELECT 1 FROM "
        f"(SELECT NEW.starts_at AS moment UNION SELECT other.starts_at FROM booking AS other WHERE {overlapping} AND {counted} "
        "AND other.starts_at > NEW.starts_at) AS begun "
        f"WHERE (SELECT count(*) FROM booking AS other WHERE {overlapping} AND {counted} "
        "AND other.starts_at <= begun.moment AND other.ends_at > begun.moment) >= NEW.at_once))"
    )


_WATCHED = "NEW.state IN ('held', 'confirmed') AND (NEW.exclusive OR NEW.at_once IS NOT NULL)"
_ITSELF = " AND other.id <> NEW.id"


def _count_trigger(name: str, action: str, itself: str) -> str:
    """SQLite counts what a venue has at once."""
    return (
        f"CREATE TRIGGER {name} BEFORE {action} ON booking FOR EACH ROW WHEN ({_WATCHED}) BEGIN "
        f"SELECT RAISE(ABORT, 'ex_booking_overlap') WHERE {_overfull(itself)}; END"
    )


_COUNT = (
    "CREATE FUNCTION booking_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.at_once IS NOT NULL THEN PERFORM 1 FROM venue WHERE id = NEW.venue_id FOR NO KEY UPDATE; END IF; "
    f"IF {_overfull(_ITSELF)} THEN RAISE EXCEPTION 'ex_booking_overlap' USING ERRCODE = 'exclusion_violation'; END IF; "
    "RETURN NEW; END $$"
)
"""No constraint counts, so bookings of a venue that takes several at once queue at its row, and each sees those before it."""

_EXCLUSION = (
    "ALTER TABLE booking ADD CONSTRAINT ex_booking_overlap EXCLUDE USING gist "
    "(int8range(venue_id::bigint, venue_id::bigint, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) "
    f"WHERE ({ACTIVE_EXCLUSIVE})"
)
"""Needs no extension, since the venue's id is written as a range too on both sides."""

guards: tuple[Guard, ...] = (
    Guard(
        "booking_overlap",
        sqlite=(
            _overlap_trigger("booking_overlap_insert", "INSERT", ""),
            _overlap_trigger("booking_overlap_update", "UPDATE", " AND other.id <> NEW.id"),
        ),
        postgresql=(_EXCLUSION,),
    ),
    Guard(
        "booking_count",
        sqlite=(_count_trigger("booking_count_insert", "INSERT", ""), _count_trigger("booking_count_update", "UPDATE", _ITSELF)),
        postgresql=(
            _COUNT,
            f"CREATE TRIGGER booking_count BEFORE INSERT OR UPDATE ON booking FOR EACH ROW WHEN ({_WATCHED}) "
            "EXECUTE FUNCTION booking_count()",
        ),
    ),
    *renewed_by("venue"),
)
