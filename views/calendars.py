"""An event's page, and how to subscribe. No session is opened and no cookie is set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlencode

import nh3
from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2.utils import htmlsafe_json_dumps
from markdown_it import MarkdownIt
from markupsafe import Markup

from events.calendars import queries
from events.calendars.feed import FeedKind
from events.calendars.models import Publication
from events.calendars.queries import Wish
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.foundation.names import alphabetical
from events.foundation.text import N_, Name
from events.people import queries as people
from presenters.directories import named
from presenters.event_card import card, price_words
from presenters.event_page import event_page, linked_data
from presenters.event_poster import poster
from presenters.language import language
from presenters.phrases import Words
from views import access
from views.addresses import languages, page_url, webcal
from views.choices import Link
from views.drawing import qr

bp = Blueprint("calendars", __name__)

PREVIEW = 3

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["heading", "lheading", "image", "code", "fence", "hr"])
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code"}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A calendar one can subscribe to: its two addresses, a QR code that opens this page with it chosen, and what it holds."""

    key: str
    name: Words
    url: str
    webcal: str
    qr: Markup
    unit: str | None = None
    direction: str | None = None


@bp.get("/events/<string:slug>")
@access.public
def event(slug: str) -> ResponseReturnValue:
    """One event. Its address stays when it is cancelled or over; what is no longer public says so and no more."""
    dates = [one for one in queries.event(slug) if one.status is not PublicationStatus.WITHDRAWN]
    if not dates:
        return make_response(render_template("calendars/gone.html", language_links=languages()), 410)
    page = event_page(dates, work.now())
    shown, address = page.shown, f"{current_app.config['BASE_URL']}/events/{slug}"
    names = {row.key: named(row.name, row.name_en) for row in queries.calendars(FeedKind.DIRECTION)}
    return render_template(
        "calendars/event.html",
        page=page,
        poster=poster(shown, dates, work.now()),
        shown=shown,
        price=price_words(shown.price),
        google_url=_google(shown, address),
        description=_rich(shown.description),
        direction=names.get(shown.direction),
        organiser=_organiser(shown),
        address=address,
        shares=_shares(shown.title, address),
        qr=qr(address, fitting=True),
        linked_data=htmlsafe_json_dumps([linked_data(one, address) for one in dates], dumps=current_app.json.dumps),
        language_links=languages(),
    )


def _organiser(shown: Publication) -> Name:
    """The institution; its English name is looked up only for those who read it."""
    unit = people.unit_by_key(shown.unit_key) if language() == "en" else None
    return Name(shown.unit_name, unit.name_en if unit else "")


@bp.get("/subscribe")
@access.public
def subscribe() -> ResponseReturnValue:
    """«Мероприятия в вашем календаре»: the chosen calendar first, all others below."""
    everything = _subscription("all", N_("All events of the district"), url_for("feeds.everything"))
    units = {
        row.key: _subscription(f"unit-{row.key}", named(row.name, row.name_en), url_for("feeds.unit", key=row.key), unit=row.key)
        for row in queries.calendars(FeedKind.UNIT)
    }
    names = {row.key: named(row.name, row.name_en) for row in queries.calendars(FeedKind.DIRECTION)}
    directions = {
        code: _subscription(f"direction-{code}", name, url_for("feeds.direction", code=code), direction=code)
        for code, name in names.items()
    }
    chosen = units.get(request.args.get("unit", "")) or directions.get(request.args.get("direction", "")) or everything
    found = queries.programme(Wish(work.now(), unit=chosen.unit, direction=chosen.direction))
    return render_template(
        "calendars/subscribe.html",
        chosen=chosen,
        preview=[card(row, names) for row in found.events[:PREVIEW]],
        total=found.total,
        everything=[everything],
        directions=_by_name(directions.values()),
        units=_by_name(units.values()),
        language_links=languages(),
    )


def _subscription(key: str, name: Words, path: str, *, unit: str | None = None, direction: str | None = None) -> Subscription:
    base = current_app.config["BASE_URL"]
    asked = {part: value for part, value in (("unit", unit), ("direction", direction)) if value}
    here = f"{base}{page_url('.subscribe', **asked)}"
    return Subscription(key, name, f"{base}{path}", webcal(path), qr(here), unit, direction)


def _by_name(calendars: Iterable[Subscription]) -> list[Subscription]:
    return sorted(calendars, key=lambda one: alphabetical(str(one.name)))


def _rich(text: str) -> Markup:
    """The description: Markdown without HTML, headings and pictures, then only a few tags let through."""
    drawn = nh3.clean(_MARKDOWN.render(text), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return Markup(drawn)  # noqa: S704 -- cleaned by nh3 on the line above


def _google(one: Publication, address: str) -> str:
    """Google's page that takes one event over."""
    times = "/".join(moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (one.starts_at, one.ends_at))
    place = ", ".join(part for part in (one.place, one.address) if part)
    values = {"action": "TEMPLATE", "text": one.title, "dates": times, "details": address, "location": place}
    return f"https://calendar.google.com/calendar/render?{urlencode(values)}"


def _shares(title: str, address: str) -> list[Link]:
    """Plain links: nothing of these services is loaded by our page. No foreign messenger (41-ФЗ of 1 April 2025)."""
    return [Link(N_("VKontakte"), f"https://vk.com/share.php?{urlencode({'url': address, 'title': title})}")]
