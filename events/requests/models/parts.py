"""Parts of a revision that stand in rows of their own: dates, lines of the estimate, co-organizers."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation.db import Model, closed_set
from events.people.models import Unit
from events.requests import fields
from events.requests.vocabulary import BudgetSource

PART_FIELDS = frozenset({"occurrences", "budget", "co_organizers"})
"""Fields of Content kept in rows of their own."""


class Occurrence(Model):
    """One date of a revision. `key` stays the same across revisions, so a calendar entry keeps its identity."""

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("revision_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(36))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    setup_from: Mapped[datetime | None]
    teardown_to: Mapped[datetime | None]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    day: Mapped[date | None]
    """Of a date without hours; empty as soon as it has any."""

    def frozen(self) -> fields.Occurrence:
        """This date as a value."""
        return fields.Occurrence(self.key, self.starts_at, self.ends_at, self.setup_from, self.teardown_to, self.venue_id, self.day)


class BudgetLine(Model):
    """One line of a revision's estimate."""

    __tablename__ = "budget_line"
    __table_args__ = (Index("ix_budget_line_revision_id", "revision_id"), CheckConstraint("amount >= 0", name="not_negative"))

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Decimal]
    source: Mapped[BudgetSource] = mapped_column(closed_set(BudgetSource, "budget_source"))


class CoOrganizer(Model):
    """Another institution of a revision and what it gives."""

    __tablename__ = "co_organizer"
    __table_args__ = (UniqueConstraint("revision_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    contributes: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[Unit] = relationship()
