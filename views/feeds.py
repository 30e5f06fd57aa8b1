"""What programs fetch: calendars, robots.txt, the sitemap and the icon. No session, no transaction, no cookie."""

import re
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request, send_from_directory
from flask.blueprints import BlueprintSetupState
from flask.typing import RouteCallable
from werkzeug.http import http_date, parse_date

from events.calendars import ical, queries
from events.calendars.feed import ALL, SUBSCRIBED, Feed, FeedKind
from events.calendars.queries import FeedCache, StoredFeed
from events.foundation import clock
from views import access
from views.codings import likes_gzip
from views.edge import AT_ONCE, READING, Told

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

bp = Blueprint("feeds", __name__)

CALENDAR_CACHE = "public, max-age=300, must-revalidate"
"""Clients ask every hour or so; a proxy may answer for five minutes (calendar.md rule 13)."""
CALENDAR_TYPE = "text/calendar; charset=utf-8"
MOST_ADDRESSES, MOST_HOSTS = 10_000, 100
"""What a worker remembers of the feeds that are asked for; beyond it begins anew."""
_BEYOND_ASCII = re.compile(r"[^A-Za-z0-9._-]+")
STAFF_PATHS = ("/desk", "/requests/", "/reviews/", "/sign-in", "/calendar/private/")


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Each web worker keeps the feeds it has built, and which of them programs ask for."""
    state.app.extensions |= {"feeds": FeedCache(), AT_ONCE: Polled()}


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
    feed = Feed(FeedKind.EVENT, slug)
    if uid:
        return _sent(None, queries.single(slug, uid), _disposition("attachment", slug))
    return _sent(feed, queries.stored(_cache(), feed), _disposition("attachment", slug))


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
    """The pages of public events (`queries.addresses`)."""
    base = current_app.config["BASE_URL"]
    pages = [f"<url><loc>{escape(base)}/</loc></url>"]
    for row in queries.addresses(clock.now()):
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
    return _sent(feed, queries.stored(_cache(), feed), _disposition("inline", name))


def _disposition(kind: str, name: str) -> str:
    """How the file is to be called: in letters every program reads, and exactly (RFC 6266, appendix D)."""
    plain = _BEYOND_ASCII.sub("_", name)
    return f"{kind}; filename=\"{plain}.ics\"; filename*=UTF-8''{quote(name, safe='')}.ics"


def _cache() -> FeedCache:
    """This worker's feeds."""
    cache: FeedCache = current_app.extensions["feeds"]
    return cache


def _sent(feed: Feed | None, stored: StoredFeed, disposition: str) -> Response:
    """The answer; a feed polled like this again is answered at once."""
    told = _told(stored, disposition, request.environ)
    if feed is not None:
        polled: Polled = current_app.extensions[AT_ONCE]
        polled.remember(request.environ, feed, disposition, _cache())
    return Response(told.body, status=told.status, headers=told.headers)


class Polled:
    """What programs ask again and again: addresses at which a view has given a feed, and the names of this host under which it did.

    Such an address is answered as its view would, but past all that Flask does for a page, as long as the worker holds the feed as it is.
    """

    def __init__(self) -> None:
        self._feeds: dict[str, tuple[Feed, str]] = {}
        self._hosts: set[str] = set()
        self._cache: FeedCache | None = None

    def remember(self, environ: "WSGIEnvironment", feed: Feed, disposition: str, cache: FeedCache) -> None:
        """A view has given the feed at this address, so the host's name is one of ours."""
        if len(self._feeds) >= MOST_ADDRESSES or len(self._hosts) >= MOST_HOSTS:
            self._feeds, self._hosts = {}, set()
        self._cache = cache
        self._hosts.add(environ.get("HTTP_HOST", ""))
        self._feeds[environ["PATH_INFO"]] = (feed, disposition)

    def answer(self, environ: "WSGIEnvironment") -> Told | None:
        """The feed, or that it is held already; None for whatever is not plain, which the view answers."""
        known = self._feeds.get(environ["PATH_INFO"])
        if known is None or self._cache is None or environ["REQUEST_METHOD"] not in READING or environ.get("QUERY_STRING"):
            return None
        if environ.get("SCRIPT_NAME") or environ.get("HTTP_HOST", "") not in self._hosts:
            return None
        feed, disposition = known
        stored = queries.known(self._cache, feed)
        return None if stored is None else _told(stored, disposition, environ)


def _told(feed: StoredFeed, disposition: str, environ: "WSGIEnvironment") -> Told:
    """The body, or 304 when the client holds it. The compressed form carries the same tag as a weak one (RFC 9110, 8.8.3.3)."""
    packed = likes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers = [
        ("ETag", f"W/{feed.etag}" if packed else feed.etag),
        ("Cache-Control", CALENDAR_CACHE),
        ("Vary", "Accept-Encoding"),
    ]
    if _held(feed, environ):
        return Told(304, headers, b"")
    if feed.changed_at and feed.changed_at <= clock.now():  # a moment to come must not be told (RFC 9110, 8.8.2.1)
        headers.append(("Last-Modified", http_date(feed.changed_at)))
    body = feed.packed if packed else feed.plain
    headers += [("Content-Type", CALENDAR_TYPE), ("Content-Length", str(len(body))), ("Content-Disposition", disposition)]
    if packed:
        headers.append(("Content-Encoding", "gzip"))
    return Told(200, headers, body)


def _held(feed: StoredFeed, environ: "WSGIEnvironment") -> bool:
    """Whether the client already has this body; If-None-Match goes before If-Modified-Since (RFC 9110, 13.1.3)."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return ical.matches(tags, feed.etag)
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return since is not None and feed.changed_at is not None and feed.changed_at <= since.astimezone(UTC)
