"""Venues and bookings. That no two active bookings of an exclusive venue overlap is held by the database (I10)."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation.db import Guard, Model, closed_set
from events.foundation.standing import renewed_by
from events.people.models import Unit
from events.venues.vocabulary import BookingState, VenueKind

HELD = "state = 'held'"
ACTIVE_EXCLUSIVE = "exclusive AND state IN ('held', 'confirmed')"


class Venue(Model):
    """A place of the district with its owner and its facts."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    metro: Mapped[str | None] = mapped_column(String(60))
    capacity: Mapped[int]
    kind: Mapped[VenueKind] = mapped_column(closed_set(VenueKind, "venue_kind"))
    accessibility: Mapped[list[str]] = mapped_column(JSON)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    exclusive: Mapped[bool] = mapped_column(default=True)
    """False for places with parallel events: parks, the net (cases.md 32)."""
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


class Booking(Model):
    """A venue taken for one occurrence of a request, set-up and teardown included; half-open [starts_at, ends_at)."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        CheckConstraint("state = 'held' OR expires_at IS NULL", name="only_holds_expire"),
        Index("ix_booking_request_id", "request_id"),
        Index("ix_booking_venue_id_starts_at_ends_at", "venue_id", "starts_at", "ends_at"),
        Index("ix_booking_held", "request_id", "expires_at", sqlite_where=text(HELD), postgresql_where=text(HELD)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[BookingState] = mapped_column(closed_set(BookingState, "booking_state"))
    exclusive: Mapped[bool]
    """The venue's own mark at the time of booking."""
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
    *renewed_by("venue"),
)
