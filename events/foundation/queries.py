"""The one question that belongs to no matter."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from events.foundation.db import db


def database_answers() -> bool:
    """Whether the database can be reached and asked."""
    try:
        with db.engine.connect() as connection:
            return bool(connection.scalar(text("SELECT 1")) == 1)
    except SQLAlchemyError:
        return False
