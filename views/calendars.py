"""An event's page, and how to subscribe. No session is opened and no cookie is set."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import nh3
from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup

from events.calendars import queries, rules
from events.calendars.feed import FeedKind
from events.calendars.models import Publication
from events.calendars.queries import Wish
from events.calendars.vocabulary import PublicationStatus
from events.foundation import work
from events.foundation.place import local, local_day
from events.foundation.text import N_, Phrase
from events.requests.vocabulary import Format
from views import access
from views.cards import card, is_on, languages, named, page_url, price_words, state, webcal
from views.presenting import phone, qr, short_day_time

bp = Blueprint("calendars", __name__)

PREVIEW = 3

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["heading", "lheading", "image", "code", "fence", "hr"])
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code"}


@bp.get("/events/<string:slug>")
@access.public
def event(slug: str) -> ResponseReturnValue:
    """One event. Its address stays when it is cancelled or over; what is no longer public says so and no more."""
    now = work.now()
    dates = [one for one in queries.event(slug) if one.status is not PublicationStatus.WITHDRAWN]
    if not dates:
        return make_response(render_template("calendars/gone.html"), 410)
    shown = _main_date(dates, now)
    street, broadcast = _street_and_broadcast(shown)
    address = f"{current_app.config['BASE_URL']}/events/{slug}"
    names = {row.key: named(row.name, row.name_en) for row in queries.calendars(FeedKind.DIRECTION)}
    return render_template(
        "calendars/event.html",
        shown=shown,
        street=street,
        broadcast=broadcast,
        price=price_words(shown.price),
        audience=_audience(shown),
        contacts=", ".join(part for part in (phone(shown.unit_phone), shown.unit_email) if part),
        notices=_notices([one for one in dates if one.ends_at > now or _waits(one)]),
        over=all(one.ends_at <= now and not _waits(one) for one in dates),
        ahead=[_date_line(one) for one in dates if one.ends_at > now],
        on=is_on(shown) and shown.ends_at > now,
        google_url=_google(shown, address),
        description=_rich(shown.description),
        direction=names.get(shown.direction),
        address=address,
        shares=_shares(shown.title, address),
        qr=qr(address),
        linked_data=[_linked(one, address) for one in dates],
        language_links=languages(),
    )


@bp.get("/subscribe")
@access.public
def subscribe() -> ResponseReturnValue:
    """«Мероприятия в вашем календаре»: the chosen calendar first, all others below."""
    everything = _calendar("all", N_("All events of the district"), url_for("feeds.everything"))
    units = {
        row.key: _calendar(f"unit-{row.key}", named(row.name, row.name_en), url_for("feeds.unit", key=row.key), unit=row.key)
        for row in queries.calendars(FeedKind.UNIT)
    }
    directions = {
        row.key: _calendar(
            f"direction-{row.key}",
            named(row.name, row.name_en),
            url_for("feeds.direction", code=row.key),
            direction=row.key,
        )
        for row in queries.calendars(FeedKind.DIRECTION)
    }
    chosen = units.get(request.args.get("unit", "")) or directions.get(request.args.get("direction", "")) or everything
    found = queries.programme(Wish(work.now(), **chosen["asked"]))
    return render_template(
        "calendars/subscribe.html",
        chosen=chosen,
        preview=[card(row, {code: one["name"] for code, one in directions.items()}) for row in found.events[:PREVIEW]],
        total=found.total,
        lists={"everything": [everything], "directions": _by_name(directions.values()), "units": _by_name(units.values())},
        language_links=languages(),
    )


def _waits(one: Publication) -> bool:
    """Whether the date was put off and waits for its new time: its old one going by does not make it over (cases.md 36)."""
    return one.status is PublicationStatus.POSTPONED or (one.status is PublicationStatus.CONFIRMED and one.postponing)


def _audience(one: Publication) -> Phrase | None:
    """For whom, where the organiser has said so."""
    if not one.age_to:
        return None
    return N_("%(least)s–%(most)s years old", least=one.age_from, most=one.age_to)


def _notices(ahead: Sequence[Publication]) -> list[dict[str, Any]]:
    """What stands above the title. What befell every date alike is said once, else each notice names its date."""
    told = [(one, _notice(one)) for one in ahead]
    alike = {(notice["sentence"].msgid, notice["reason"]) if notice else None for _, notice in told}
    if len(alike) == 1 and ahead and ahead[0].moved_from is None:
        return [notice for _, notice in told[:1] if notice]
    return [notice | {"starts": one.starts_at if len(ahead) > 1 else None} for one, notice in told if notice]


def _notice(one: Publication) -> dict[str, Any] | None:
    """What has become of the date, with the reason as it was given."""
    on = local_day(one.changed_on) if one.changed_on else None
    if one.status is PublicationStatus.CANCELLED:
        sentence, tone = N_("Cancelled on %(day)s.", day=on) if on else N_("Cancelled."), "bad"
    elif one.status is PublicationStatus.POSTPONED:
        sentence, tone = N_("Postponed; the new date is not known yet."), "warn"
    elif one.postponing:
        sentence, tone = N_("It will be moved: the new date is being settled. Please do not come at the old time."), "warn"
    elif one.moved_from:
        before, after = short_day_time(one.moved_from), short_day_time(one.starts_at)
        sentence, tone = N_("Moved from %(before)s to %(after)s.", before=before, after=after), "warn"
    else:
        return None
    return {"tone": tone, "sentence": sentence, "reason": one.notice, "starts": None}


def _date_line(one: Publication) -> dict[str, Any]:
    """One date of the series with its own button."""
    return {
        "starts": one.starts_at,
        "ends": one.ends_at,
        "state": state(one),
        "place": one.place,
        "ics": url_for("feeds.event", slug=one.slug, uid=one.uid) if is_on(one) else None,
    }


def _main_date(dates: Sequence[Publication], now: datetime) -> Publication:
    """The date the page is about: the next one that is on, else the next one, else the last one."""
    ahead = [one for one in dates if one.ends_at > now]
    return next((one for one in ahead if is_on(one)), ahead[0] if ahead else dates[-1])


def _calendar(key: str, name: str | Phrase, path: str, **asked: str) -> dict[str, Any]:
    """A calendar one can subscribe to: its name, its two addresses, and a QR code that opens this page with it chosen."""
    base = current_app.config["BASE_URL"]
    here = f"{base}{page_url('.subscribe', **asked)}"
    return {"key": key, "name": name, "url": f"{base}{path}", "webcal": webcal(path), "qr": qr(here), "asked": asked}


def _by_name(calendars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of their names."""
    return sorted(calendars, key=lambda one: one["name"].lower())


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


def _shares(title: str, address: str) -> list[dict[str, Any]]:
    """Plain links: nothing of these services is loaded by our page."""
    return [
        {"label": N_("VKontakte"), "url": f"https://vk.com/share.php?{urlencode({'url': address, 'title': title})}"},
        {"label": "Telegram", "url": f"https://t.me/share/url?{urlencode({'url': address, 'text': title})}"},
    ]


def _street_and_broadcast(one: Publication) -> tuple[str, str]:
    """Where one comes and where one watches; either is «» when there is none."""
    return rules.street_and_link(one.address) if one.format != Format.OFFLINE else (one.address, "")


def _linked(one: Publication, address: str) -> dict[str, Any]:
    """The date in schema.org's words, for search engines."""
    status = "EventCancelled" if one.status is PublicationStatus.CANCELLED else "EventScheduled"
    if one.status is PublicationStatus.POSTPONED or one.postponing:
        status = "EventPostponed"
    elif status == "EventScheduled" and one.moved_from:
        status = "EventRescheduled"
    street, broadcast = _street_and_broadcast(one)
    online = {"@type": "VirtualLocation", "url": broadcast or address}
    place = {"@type": "Place", "name": one.place, "address": street}
    where: dict[str, Any] = {"online": online, "mixed": [place, online]}
    mode = {"online": "Online", "mixed": "Mixed"}.get(one.format, "Offline")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": one.title,
        "description": one.short_desc,
        "url": address,
        "startDate": local(one.starts_at).isoformat(),
        "endDate": local(one.ends_at).isoformat(),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode",
        "location": where.get(one.format, place),
        "organizer": {"@type": "Organization", "name": one.unit_name},
        "isAccessibleForFree": not one.price,
        "typicalAgeRange": f"{one.age_from}-{one.age_to}",
        "inLanguage": "ru",
    }
    if one.moved_from:
        data["previousStartDate"] = local(one.moved_from).isoformat()
    if one.price:
        data["offers"] = {"@type": "Offer", "price": one.price, "priceCurrency": "RUB"}
    return data
