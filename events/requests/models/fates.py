"""What has happened to single dates after approval."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model, closed_set
from events.requests.vocabulary import OccurrenceMark


class OccurrenceFate(Model):
    """One approved date cancelled or put off alone, with the reason shown to the public."""

    __tablename__ = "occurrence_fate"
    __table_args__ = (UniqueConstraint("request_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("event_request.id"))
    key: Mapped[str] = mapped_column(String(36))
    mark: Mapped[OccurrenceMark] = mapped_column(closed_set(OccurrenceMark, "occurrence_mark"))
    reason: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
    put_off_reason: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """Of a cancelled date: what was said when it had been put off before, and when; restored it is put off again (cases.md 36, 37)."""
    put_off_at: Mapped[datetime | None]
