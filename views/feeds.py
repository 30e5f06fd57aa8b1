"""What programs fetch: calendars, robots.txt, the sitemap and the icon. No session, no transaction, no cookie."""

import re
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request, send_from_directory
from flask.blueprints import BlueprintSetupState
from flask.typing import RouteCallable
from werkzeug.http import http_date

from events.calendars import ical, queries
from events.calendars.feed import ALL, SUBSCRIBED, Feed, FeedKind
from events.calendars.queries import FeedCache, StoredFeed
from events.foundation import clock
from views import access

bp = Blueprint("feeds", __name__)

CALENDAR_CACHE = "public, max-age=300, must-revalidate"
"""Clients ask every hour or so; a proxy may answer for five minutes (calendar.md rule 13)."""
CALENDAR_TYPE = "text/calendar; charset=utf-8"
PLAIN_ACCEPTS = {"": False, "identity": False, "gzip": True, "gzip, deflate": True, "gzip, deflate, br": True}
_BEYOND_ASCII = re.compile(r"[^A-Za-z0-9._-]+")
STAFF_PATHS = ("/desk", "/requests/", "/reviews/", "/sign-in", "/calendar/private/")


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Each web worker keeps the feeds it has built."""
    state.app.extensions["feeds"] = FeedCache()


@bp.route("/calendar/all.ics", methods=["GET"], provide_automatic_options=False)
@access.bare
def everything() -> Response:
    """All public events."""
    return _wide(ALL, "all")


def _gathered(kind: FeedKind) -> RouteCallable:
    """The events of one institution, of one direction, or of whatever else feeds gather by."""

    @access.bare
    def gathered(**named: str) -> Response:
        (key,) = named.values()
        return _wide(Feed(kind, key), key)

    return gathered


for _kind, _naming in SUBSCRIBED.items():
    bp.add_url_rule(
        f"/calendar/{_kind}/<string:{_naming.key}>.ics", _kind.value, _gathered(_kind), methods=["GET"], provide_automatic_options=False
    )


@bp.route("/calendar/event/<string:slug>.ics", methods=["GET"], provide_automatic_options=False)
@access.bare
def event(slug: str) -> Response:
    """One event with all its dates, or with `uid` one date: to be put into a calendar once, so it comes as a file."""
    uid = request.args.get("uid")
    feed = queries.single(slug, uid) if uid else queries.stored(_cache(), Feed(FeedKind.EVENT, slug))
    return _sent(feed, _disposition("attachment", slug))


@bp.get("/robots.txt")
@access.bare
def robots() -> Response:
    """Search engines are welcome to what is public."""
    closed = "\n".join(f"Disallow: {path}" for path in STAFF_PATHS)
    body = f"User-agent: *\n{closed}\nSitemap: {current_app.config['BASE_URL']}/sitemap.xml\n"
    return Response(body, content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
@access.public
def sitemap() -> Response:
    """Every public event's page."""
    base = current_app.config["BASE_URL"]
    pages = [f"<url><loc>{escape(base)}/</loc></url>"]
    for row in queries.addresses():
        changed = row.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        pages.append(f"<url><loc>{escape(base)}/events/{quote(row.slug)}</loc><lastmod>{changed}</lastmod></url>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return Response("\n".join([head, *pages, "</urlset>\n"]), content_type="application/xml; charset=utf-8")


@bp.get("/favicon.ico")
@access.bare
def favicon() -> Response:
    """Our mark, for browsers that ask for it at the old address."""
    return send_from_directory(current_app.static_folder or "", "mark.svg")


def _wide(feed: Feed, name: str) -> Response:
    return _sent(queries.stored(_cache(), feed), _disposition("inline", name))


def _disposition(kind: str, name: str) -> str:
    """How the file is to be called: in letters every program reads, and exactly (RFC 6266, appendix D)."""
    plain = _BEYOND_ASCII.sub("_", name)
    return f"{kind}; filename=\"{plain}.ics\"; filename*=UTF-8''{quote(name, safe='')}.ics"


def _cache() -> FeedCache:
    """This worker's feeds."""
    cache: FeedCache = current_app.extensions["feeds"]
    return cache


def _sent(feed: StoredFeed, disposition: str) -> Response:
    """The body, or 304 when the client holds it. The compressed form carries the same tag as a weak one (RFC 9110, 8.8.3.3)."""
    packed = _takes_gzip()
    headers = [
        ("ETag", f"W/{feed.etag}" if packed else feed.etag),
        ("Cache-Control", CALENDAR_CACHE),
        ("Vary", "Accept-Encoding"),
    ]
    if feed.changed_at and feed.changed_at <= clock.now():  # a moment to come must not be told (RFC 9110, 8.8.2.1)
        headers.append(("Last-Modified", http_date(feed.changed_at)))
    if _held(feed):
        return Response(b"", status=304, headers=headers, content_type=CALENDAR_TYPE)
    headers.append(("Content-Disposition", disposition))
    if packed:
        headers.append(("Content-Encoding", "gzip"))
    return Response(feed.packed if packed else feed.plain, headers=headers, content_type=CALENDAR_TYPE)


def _takes_gzip() -> bool:
    """Whether the client takes the compressed form and likes it no less than the plain one; what nearly all send is known without parsing.

    Plain is always acceptable when nothing is said of it, but nobody has asked for it then (RFC 9110, 12.5.3).
    """
    asked = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    if asked in PLAIN_ACCEPTS:
        return PLAIN_ACCEPTS[asked]
    weights = {coding.lower().removeprefix("x-"): weight for coding, weight in request.accept_encodings}
    packed, plain = (weights.get(coding, weights.get("*", 0)) for coding in ("gzip", "identity"))
    return bool(packed > 0 and packed >= plain)


def _held(feed: StoredFeed) -> bool:
    """Whether the client already has this body; If-None-Match goes before If-Modified-Since (RFC 9110, 13.1.3)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return ical.matches(tags, feed.etag)
    since: datetime | None = request.if_modified_since
    return since is not None and feed.changed_at is not None and feed.changed_at <= since.astimezone(UTC)
