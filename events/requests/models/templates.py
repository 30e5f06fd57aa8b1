"""Templates from which a request can start."""

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model


class RequestTemplate(Model):
    """A start for a new request: what this kind of event usually says. `content` holds fields of Content in plain values."""

    __tablename__ = "request_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(600), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    duration_minutes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
