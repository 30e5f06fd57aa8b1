"""Publications and the state of feeds: the only source of every public page and calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, LargeBinary, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from events.calendars.feed import Window
from events.calendars.vocabulary import PublicationStatus
from events.foundation.db import Guard, Model, closed_set, refusing_guard
from events.foundation.link import LONGEST_LINK

_WAITING, _JOINT = "status = 'postponed' OR postponing", "co_unit_keys <> ''"
"""Of which rows there are few; the planner of SQLite finds an index of them by these very words."""

_LONGEST_STREET = 300
"""Of a venue, or of the place a request names."""


class Publication(Model):
    """One published date of one event, with its calendar entry ready-made. All a stranger may know stands here."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="forward"),
        CheckConstraint("sequence >= 0", name="sequence"),
        Index("ix_publication_request_id", "request_id"),
        Index("ix_publication_slug_starts_at", "slug", "starts_at"),
        Index("ix_publication_starts_at_id", "starts_at", "id"),
        Index("ix_publication_ends_at", "ends_at"),
        Index("ix_publication_unit_key_starts_at", "unit_key", "starts_at"),
        Index("ix_publication_direction_starts_at", "direction", "starts_at"),
        Index("ix_publication_waiting", "starts_at", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
        Index("ix_publication_joint", "co_unit_keys", sqlite_where=text(_JOINT), postgresql_where=text(_JOINT)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int]
    occurrence_key: Mapped[str] = mapped_column(String(36), unique=True)
    uid: Mapped[str] = mapped_column(String(60), unique=True)
    slug: Mapped[str] = mapped_column(String(120))
    """The event's address, the same for all its dates; never changes with the title."""
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    last_modified: Mapped[datetime]
    """The last published change of a visible field, in whole seconds: DTSTAMP and LAST-MODIFIED (calendar.md 2)."""
    status: Mapped[PublicationStatus] = mapped_column(closed_set(PublicationStatus, "publication_status"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    moved_from: Mapped[datetime | None]
    """Where it stood before the last move, for «перенесено»."""
    notice: Mapped[str] = mapped_column(String(1000), default="")
    """The reason of a cancellation or postponement, of a move to come too, as the public reads it."""
    changed_on: Mapped[datetime | None]
    """When it was cancelled, postponed or moved."""
    postponing: Mapped[bool] = mapped_column(default=False)

    title: Mapped[str] = mapped_column(String(300))
    short_desc: Mapped[str] = mapped_column(String(600))
    description: Mapped[str] = mapped_column(Text)
    unit_key: Mapped[str] = mapped_column(String(40))
    unit_name: Mapped[str] = mapped_column(String(120))
    unit_email: Mapped[str] = mapped_column(String(254))
    unit_phone: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(40))
    event_type: Mapped[str] = mapped_column(String(40))
    format: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(_LONGEST_STREET + len(", ") + LONGEST_LINK))
    """Where one comes and, last, where one watches."""
    metro: Mapped[str] = mapped_column(String(60), default="")
    accessibility: Mapped[str] = mapped_column(String(500), default="")
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    age_from: Mapped[int]
    age_to: Mapped[int]
    age_mark: Mapped[str] = mapped_column(String(4))
    price: Mapped[str] = mapped_column(String(40), default="")
    """Empty when free, else the amount in roubles."""
    registration_url: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")
    bring: Mapped[str] = mapped_column(String(300), default="")
    search: Mapped[str] = mapped_column(Text, default="")

    fingerprint: Mapped[str] = mapped_column(Text)
    """`ical.visible` of the stored entry: an equal one means that no byte may change (calendar.md 4)."""
    vevent: Mapped[bytes | None] = mapped_column(LargeBinary)
    error: Mapped[str] = mapped_column(String(300), default="")
    """Why this one could not be rendered; it is left out of feeds, the others stay (reliability.md T9)."""
    made_for: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The form of entries and the address of the installation for which the entry was made; another one means that it is out of date."""
    co_unit_keys: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Keys of the co-organizers, a blank around each: « dm kdm »; the event stands in their feeds too."""


WAITS: ColumnElement[bool] = Publication.id.in_(select(Publication.id).where(text(_WAITING)).correlate(None))
"""`feed.waits` for the database."""


def is_joint_with(key: str) -> ColumnElement[bool]:
    """Whether the unit of that key is a co-organizer."""
    joint = select(Publication.id).where(text(_JOINT), Publication.co_unit_keys.contains(f" {key} ", autoescape=True))
    return Publication.id.in_(joint.correlate(None))


class FeedState(Model):
    """The version of one feed: raised only when its stored bytes differ. Key: all, unit:<key>, direction:<code>, event:<slug>."""

    __tablename__ = "feed_state"

    key: Mapped[str] = mapped_column(String(140), primary_key=True)
    version: Mapped[int]
    day: Mapped[date]
    """The day whose window it shows; moved on by the daily tick."""
    past_days: Mapped[int]
    """With the next two: the rules of that day, which its digest rests on. A change of the rules is taken up when the day turns."""
    ahead_days: Mapped[int]
    cancelled_days: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    changed_at: Mapped[datetime]
    """When the stored hash last changed: Last-Modified."""

    @property
    def window(self) -> Window:
        """What it shows."""
        return Window(self.day, self.past_days, self.ahead_days, self.cancelled_days)

    def turn(self, window: Window) -> None:
        """Show this from now on."""
        self.day, self.past_days = window.day, window.past_days
        self.ahead_days, self.cancelled_days = window.ahead_days, window.cancelled_days


guards: tuple[Guard, ...] = (
    refusing_guard(
        "publication_monotone",
        "publication",
        "BEFORE UPDATE",
        "a calendar entry never goes back",
        when="NEW.sequence < OLD.sequence OR NEW.last_modified < OLD.last_modified "
        "OR NEW.uid <> OLD.uid OR NEW.created_at <> OLD.created_at",
    ),
    refusing_guard(
        "feed_state_monotone",
        "feed_state",
        "BEFORE UPDATE",
        "a feed never goes back",
        when="NEW.version < OLD.version OR NEW.changed_at < OLD.changed_at",
    ),
)
