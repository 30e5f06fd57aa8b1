"""A signed-in page as one writes it by hand: Flask, its signed session, one query for who that is, two bytes.

It reads the product's cookie and database, through SQLAlchemy's Core and its pool; nothing of the product is imported.
"""

import hashlib
import os

from flask import Flask, abort, session
from sqlalchemy import create_engine, text

WHO = text(
    'SELECT "user".id, "user".full_name FROM login_session JOIN "user" ON "user".id = login_session.user_id '
    'WHERE login_session.token_hash = :hash AND login_session.ended_at IS NULL AND "user".active'
)
ENGINE = create_engine(os.environ.get("MARSHRUT_DATABASE_URL", "sqlite://").replace("postgresql://", "postgresql+psycopg://"))


def create_app() -> Flask:
    """Flask with two views."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=os.environ["MARSHRUT_SECRET_KEY"], SESSION_COOKIE_NAME="marshrut")
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    app.add_url_rule("/noop/signed-in", "signed_in", _signed_in)
    return app


def _signed_in() -> str:
    """Two bytes for whoever signed in at the product itself."""
    token = hashlib.sha256(str(session.get("login")).encode()).hexdigest()
    with ENGINE.connect() as connection:
        if connection.execute(WHO, {"hash": token}).one_or_none() is None:
            abort(401)
    return "ok"
