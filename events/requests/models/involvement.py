"""Who has a hand in a request, and which units see it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from events.foundation.db import Model, closed_set
from events.people.models import User
from events.requests.vocabulary import AuthorHow, InvolvedBy


class Authorship(Model):
    """Who has a hand in a request; kept for good, since nobody decides on an own request."""

    __tablename__ = "authorship"
    __table_args__ = (UniqueConstraint("request_id", "user_id"), Index("ix_authorship_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    how: Mapped[AuthorHow] = mapped_column(closed_set(AuthorHow, "author_how"))
    at: Mapped[datetime]
    user: Mapped[User] = relationship()


class Involvement(Model):
    """Which units see a request, why and how long: the one source of `queries.visible_to`."""

    __tablename__ = "involvement"
    __table_args__ = (
        UniqueConstraint("unit_id", "request_id", "reason"),
        Index("ix_involvement_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    reason: Mapped[InvolvedBy] = mapped_column(closed_set(InvolvedBy, "involved_by"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
