"""Rows of forms that were sent."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from events.foundation.db import Model


class FormReceipt(Model):
    """One form sent by one holder; `target` is the address its success led to."""

    __tablename__ = "form_receipt"
    __table_args__ = (UniqueConstraint("nonce", "holder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    holder: Mapped[str] = mapped_column(String(80))
    """Who sent it, in the words of whoever asks: «user:7» for one signed in, a session of their own for visitors without an account."""
    target: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(index=True)


class KeptAnswer(Model):
    """The page that answered a form which led nowhere, with what was typed on it; `token` is its address."""

    __tablename__ = "kept_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    holder: Mapped[str] = mapped_column(String(80))
    """Who sent the form, as in its receipt: nobody else opens the page."""
    page: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
