"""The row that says the demo is not whole yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model


class DemoPlay(Model):
    """A play under way or broken off: a single row, id 1, written before the demo's first row and gone with its last. A house that
    never had a demo, or has the whole of it, has none."""

    __tablename__ = "demo_play"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[datetime]
    """The present of the story: nothing of it happens later."""
    percent: Mapped[int] = mapped_column(default=0)
    """How much of it has been played."""
