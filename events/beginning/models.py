"""The one-time address of the first start, and what administrators have done with the list of first steps."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model


class SetUp(Model):
    """The address printed last: a single row, id 1. Of its token only the SHA-256 is kept; a new one takes the place of the one before."""

    __tablename__ = "set_up"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64))
    start: Mapped[str] = mapped_column(String(200), default="")
    """Which start of a server has printed it, so that of its processes one alone does; empty when it was printed for a command."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FirstSteps(Model):
    """What an administrator has done with the list of first steps."""

    __tablename__ = "first_steps"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    folded: Mapped[bool] = mapped_column(default=False)
    """Whether it is wanted on the desk no longer."""
    letter: Mapped[str] = mapped_column(String(240), default="")
    """The `dedupe_key` of the last trial letter they sent; empty when there was none."""
