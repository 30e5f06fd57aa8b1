"""Rows of the production calendar: exceptional days only, and which years are known."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Guard, Model, closed_set
from events.foundation.standing import renewed_by
from events.worktime.vocabulary import DayKind


class CalendarDay(Model):
    """A day that is not what its weekday says: a holiday, a moved day off, a shortened day, a working Saturday."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        CheckConstraint("kind = 'working' OR NOT short", name="only_working_days_are_short"),
        CheckConstraint("works_as IS NULL OR (kind = 'working' AND works_as BETWEEN 0 AND 6)", name="replaces_a_weekday"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(closed_set(DayKind, "day_kind"))
    short: Mapped[bool] = mapped_column(default=False)
    works_as: Mapped[int | None]
    """The weekday (0 = Monday) whose hours a transferred working day keeps."""


class CalendarYear(Model):
    """A year whose days are loaded. Deadlines in any other year are shown with a warning."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(300), default="")
    """The act or file the days were taken from."""
    draft: Mapped[bool] = mapped_column(default=False)
    """Not decreed yet: its days are used, and the warning stays."""


guards: tuple[Guard, ...] = (*renewed_by("calendar_day"), *renewed_by("calendar_year"))
