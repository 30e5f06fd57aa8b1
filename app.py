"""The assembler: create_app() joins settings, extensions, pages, commands and followers. Nobody imports this file.

`python app.py` runs everything for a local trial: migrated database, demo data, web server and worker.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from click import ClickException
from flask import Flask, g, has_request_context
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

import logs
import settings as configuration
import supervisor
from commands.feeds import note_out_of_date
from commands.files import tell
from commands.first_address import first_address
from events.approvals import models as approvals_models
from events.audit import models as audit_models
from events.audit import operations as audit
from events.beginning import models as beginning_models
from events.calendars import models as calendars_models
from events.calendars import operations as calendars_operations
from events.demo import models as demo_models
from events.district import models as district_models
from events.factors import models as factors_models
from events.foundation import standing, work
from events.foundation.db import Guard, db
from events.foundation.text import N_
from events.identities import models as identities_models
from events.outbox import models as outbox_models
from events.people import models as people_models
from events.receipts import models as receipts_models
from events.reminders import operations as reminders_operations
from events.requests import models as requests_models
from events.venues import models as venues_models
from events.worktime import models as worktime_models
from views import (
    access,
    administration,
    answers,
    calendars,
    codings,
    desk,
    edge,
    errors,
    feeds,
    guides,
    health,
    people,
    programme,
    request_page,
    requests,
    reviews,
    search,
    spoken,
    styleguide,
    styles,
    template_names,
    worktime,
)

ROOT = Path(__file__).resolve().parent
POOL_TIMEOUT = 8
"""Seconds a page waits for a connection that is free."""

POOL: dict[str, Any] = {"pool_timeout": POOL_TIMEOUT, "pool_size": 10, "max_overflow": 5, "pool_use_lifo": True}
"""More connections are kept than a web worker has threads (8): beyond the pool's size one is opened and closed for each request. The one
given back last is taken first, so that a quiet worker uses few. Whether one still lives is asked in `events.foundation.db`."""


def _stored_value(stored: Any) -> Any:
    """What a JSON column holds. SQLite gives a bare number as a number; what orjson says of it is no error that SQLAlchemy would expect.

    What it does not take, the standard library reads, which wrote it: half a surrogate pair, a number that is none.
    """
    if isinstance(stored, int | float):
        return stored
    try:
        return orjson.loads(stored)
    except orjson.JSONDecodeError:
        return json.loads(stored)


COMMON: dict[str, Any] = {"hide_parameters": True, "json_deserializer": _stored_value}
"""Of engines of both databases. Plans of rounds are read by the dozen for a list: orjson takes a third of the standard library's time."""

MODELS = (
    standing, audit_models, district_models, outbox_models, worktime_models, factors_models, people_models, identities_models,
    venues_models, requests_models, approvals_models, calendars_models, receipts_models, demo_models, beginning_models,
)  # fmt: skip
"""Every module with tables, so that the metadata is whole."""

GUARDS: tuple[Guard, ...] = tuple(guard for module in MODELS for guard in getattr(module, "guards", ()))


def create_app(settings: configuration.Settings | None = None) -> Flask:
    """The application for production servers, the command line and tests. Starts nothing by itself.

    A server, which calls it without settings, says in its log when stored calendar entries are out of date. Raises SettingsError when
    the environment does not make a safe installation; a command then ends with the sentence.
    """
    own_process = settings is None
    commanded = own_process and "FLASK_RUN_FROM_CLI" in os.environ
    with _ending_in_words() if commanded else nullcontext():
        app = _assembled(settings or configuration.read(trial=os.environ.get("MARSHRUT_TRIAL") == "1"))
    if own_process and not commanded:
        _look_round(app)
    else:
        _commanded(app)
        if commanded and "run" in sys.argv[1:]:
            _look_round(app)
    if own_process:
        gc.freeze()  # what is made by now stays for good: collecting would go through all of it again and again
    return app


@contextmanager
def _ending_in_words() -> Iterator[None]:
    """A setting that cannot be used ends the process with its sentence, in Russian, and the code of a command called wrongly."""
    try:
        yield
    except configuration.SettingsError as error:
        compile_catalogues()
        speaking = Flask(__name__)
        Babel(speaking, default_locale="ru")
        with speaking.app_context():
            tell(error.phrase, err=True)
        sys.exit(2)


def _assembled(settings: configuration.Settings) -> Flask:
    """Settings, extensions, pages and followers joined."""
    app = edge.Edge(__name__, instance_path=str(settings.instance_path))
    if app.debug and not settings.demo:
        raise configuration.SettingsError(N_("The debug mode shows code and data to strangers. Take FLASK_DEBUG out of the environment."))
    _configure(app, settings)
    compile_catalogues()
    db.init_app(app)
    Babel(app, default_locale="ru", default_timezone="Europe/Moscow", locale_selector=spoken.chosen)
    template_names.register(app)
    CSRFProtect(app)
    work.seal_with(audit.seal)
    work.follow(partial(calendars_operations.refresh, base_url=settings.base_url), reminders_operations.reconcile)
    for page in (
        health,
        styles,
        people,
        programme,
        calendars,
        feeds,
        requests,
        desk,
        request_page,
        reviews,
        worktime,
        administration,
        guides,
        search,
        answers,
    ):
        app.register_blueprint(page.bp)
    if settings.demo:
        app.register_blueprint(styleguide.bp)
        app.jinja_env.globals["styleguide_url"] = "/styleguide"
    edge.init_edge(app)
    codings.init_codings(app)
    answers.init_answers(app)
    errors.init_errors(app)
    people.init_accounts(app)
    access.declare("static", access.BARE)
    _refuse_undeclared(app)
    return app


def _commanded(app: Flask) -> None:
    """With its commands. A process that serves pages has none, and carries neither Alembic nor the worker's clock."""
    from flask_migrate import Migrate  # noqa: PLC0415 -- of commands alone

    from commands.groups import register_commands  # noqa: PLC0415

    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    register_commands(app)


def _look_round(app: Flask) -> None:
    """What a server says at its start: that calendar entries wait to be made anew; where the first account is made, which `python app.py`
    says itself. It may yet part into processes, so no connection is kept."""
    note_out_of_date(app)
    if os.environ.get("MARSHRUT_TRIAL") != "1":
        first_address(app, start=True)
    with app.app_context():
        db.engine.dispose()


def _configure(app: Flask, settings: configuration.Settings) -> None:
    """Flask's own settings. Cookies are for this host only; sizes are bounded; the debug mode stays off."""
    app.config.update(
        SETTINGS=settings,
        DEMO=settings.demo,
        BASE_URL=settings.base_url,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks) or None,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-marshrut" if settings.secure else "marshrut",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_I18N_ENABLED=False,  # every sentence of our forms is ours; their library would read its catalogue for each form
        PREFERRED_URL_SCHEME=settings.base_url.split(":", 1)[0],
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    logs.configure(_log_context)


def _engine_options(url: str) -> dict[str, Any]:
    """PostgreSQL gives up on a stuck statement, a lock or a free connection in time for the person waiting; SQLite opens a file per use."""
    if url.startswith("sqlite"):
        return COMMON | ({"poolclass": NullPool} if ":memory:" in url else POOL)
    timeouts = "-c statement_timeout=10000 -c lock_timeout=8000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
    return COMMON | POOL | {"connect_args": {"options": timeouts, "connect_timeout": 5}}


def _log_context() -> dict[str, Any]:
    """What is logged during a request carries its id and whose it is."""
    if not has_request_context():
        return {}
    login: access.Login | None = g.get("login")
    return {"request": edge.request_id(), "user": login.user_id if login else None}


def compile_catalogues() -> None:
    """Compile a catalogue that is newer than its compiled form; a fresh clone speaks Russian at its first start."""
    for source in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = target.with_name(f"messages.{os.getpid()}.part")
        with source.open("rb") as catalogue, part.open("wb") as compiled:
            write_mo(compiled, read_po(catalogue))
        part.replace(target)


def _refuse_undeclared(app: Flask) -> None:
    """Default deny: a route nobody declared an access policy for stops the start."""
    forgotten = access.undeclared(app)
    if forgotten:
        raise RuntimeError(f"routes without an access policy: {', '.join(forgotten)}")


def main() -> int:
    """`python app.py`: everything for a local trial in one go; ends with SIGTERM or Ctrl+C. Returns 1 where the port is taken or the
    database is away."""
    from commands import trial  # noqa: PLC0415 -- no web worker is a trial

    os.environ["MARSHRUT_TRIAL"] = "1"
    with _ending_in_words():
        settings = configuration.read(trial=True)
        app = create_app(settings)
    if not trial.is_free(app, settings.port):
        return 1
    try:
        playing = trial.prepare(app)
    except ClickException as away:
        with app.app_context():
            away.show()
        return away.exit_code
    trial.announce(app, settings.port)
    return supervisor.become(settings.port, playing=playing)


if __name__ == "__main__":
    sys.exit(main())
