"""The series from which requests are numbered."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model


class NumberSeries(Model):
    """The last number given per lead unit and Moscow year."""

    __tablename__ = "number_series"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
